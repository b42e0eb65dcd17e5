namespace Coral.Cli.Uninstall;

/// <summary>What is to go.</summary>
internal sealed record UninstallChoice
{
    /// <summary>Where our processes ran.</summary>
    internal required string Namespace { get; init; }

    /// <summary>The definitions stay, and with them the policies.</summary>
    internal bool KeepCrds { get; init; }

    /// <summary>What the audit's checkpoints are verified by stays.</summary>
    internal bool KeepAudit { get; init; }

    /// <summary>Namespaces are opted out too.</summary>
    internal bool Namespaces { get; init; }

    internal bool DryRun { get; init; }

    /// <summary>How long to wait for our processes to end, and for definitions to be gone.</summary>
    internal TimeSpan Wait { get; init; }
}
