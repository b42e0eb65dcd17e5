using System.Diagnostics;
using System.Runtime;

namespace Coral.Bench.Rules;

/// <summary>What the rules cost a process that starts: from their types to the first decided session. One measurement a process.</summary>
internal static class StartTimer
{
    internal static int Print(TextWriter output)
    {
        var facts = SampleRules.Facts;
        var factory = Timed("load and compile 45 rules", SampleRules.Compile);
        Timed("first session", Session);
        Timed("second session", Session);
        return 0;

        int Session()
        {
            var session = factory.CreateSession();
            session.InsertAll(facts);
            return session.Fire();
        }

        T Timed<T>(string what, Func<T> run)
        {
            var (jit, methods, start) = (JitInfo.GetCompilationTime(), JitInfo.GetCompiledMethodCount(), Stopwatch.GetTimestamp());
            var result = run();
            var time = Stopwatch.GetElapsedTime(start);
            jit = JitInfo.GetCompilationTime() - jit;
            output.WriteLine($"{what,-26} {time.TotalMilliseconds,7:F1} ms, of it {jit.TotalMilliseconds,6:F1} ms JIT of {JitInfo.GetCompiledMethodCount() - methods} methods");
            return result;
        }
    }
}
