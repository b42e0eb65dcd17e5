namespace Coral.Cli.Testing.Reporting;

/// <summary>One way to print a run.</summary>
internal interface IReport
{
    /// <summary>Prints all cases. <paramref name="coverage"/> is null where only some of the cases ran.</summary>
    void Write(Terminal terminal, IReadOnlyList<CaseResult> results, Coverage? coverage);
}
