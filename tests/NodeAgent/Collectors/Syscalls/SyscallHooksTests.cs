using Coral.NodeAgent.Collectors.Syscalls;

namespace Coral.NodeAgent.Tests.Collectors.Syscalls;

public sealed class SyscallHooksTests
{
    [Theory]
    [InlineData("6.1.0", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.170-3", false)]
    [InlineData("6.18.44", "#1 SMP PREEMPT_DYNAMIC", false)]
    [InlineData("7.2.0", "#1 SMP PREEMPT_DYNAMIC Debian 7.2-1", true)]
    [InlineData("7.2.0", "#1 SMP PREEMPT_RT", true)]
    [InlineData("7.2.0", "#1 SMP", false)]
    public void Where_a_program_may_be_preempted_calls_are_heard_of_otherwise(string kernel, string build, bool isPreempted) =>
        Assert.Equal(isPreempted, SyscallHooks.IsPreempted(Version.Parse(kernel), build));
}
