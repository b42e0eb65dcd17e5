using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Tests.Bpf;

public sealed class VerifierLogTests
{
    [Fact]
    public void The_line_that_says_why_is_found_behind_the_walk() => Assert.Equal(
        "program of this type cannot use helper bpf_probe_read#4",
        VerifierLog.FirstLine(
            """
            arg#0 reference type('UNKNOWN ') size cannot be determined: -22
            0: R1=ctx(off=0,imm=0) R10=fp0
            ; void *task = (void *)bpf_get_current_task();
            0: (85) call bpf_get_current_task#35  ; R0_w=scalar()
            program of this type cannot use helper bpf_probe_read#4
            processed 4 insns (limit 1000000) max_states_per_insn 0 total_states 0
            """));

    [Fact]
    public void A_log_that_only_walks_gives_its_first_line() => Assert.Equal("0: R1=ctx()", VerifierLog.FirstLine("\n0: R1=ctx()\n1: R10=fp0\n"));

    [Fact]
    public void An_empty_log_gives_nothing() => Assert.Null(VerifierLog.FirstLine("\n \n"));
}
