namespace Serilog.Sinks.Elasticsearch;

/// <summary>What is done with an event that can't be kept or that the server refuses for good; several may be combined.</summary>
[Flags]
public enum EmitEventFailureHandling
{
    /// <summary>A line in the SelfLog, at most one in ten seconds.</summary>
    WriteToSelfLog = 1,

    /// <summary>The event goes to the failure sink.</summary>
    WriteToFailureSink = 2,

    /// <summary>Not followed: nothing is thrown.</summary>
    ThrowException = 4,

    /// <summary>The failure callback is called.</summary>
    RaiseCallback = 8,
}

/// <summary>What to do when no template can be written; not followed.</summary>
[Flags]
public enum RegisterTemplateRecovery
{
    /// <summary>Go on without.</summary>
    IndexAnyway = 1,

    /// <summary>Use another index.</summary>
    IndexToDeadletterIndex = 4,

    /// <summary>Make every event a failure.</summary>
    FailSink = 8,
}

/// <summary>For which server the template is; not followed.</summary>
public enum AutoRegisterTemplateVersion
{
    /// <summary>Elasticsearch 2.</summary>
    ESv2 = 0,

    /// <summary>Elasticsearch 5.</summary>
    ESv5 = 1,

    /// <summary>Elasticsearch 6.</summary>
    ESv6 = 2,

    /// <summary>Elasticsearch 7.</summary>
    ESv7 = 3,

    /// <summary>Elasticsearch 8.</summary>
    ESv8 = 4,
}

/// <summary>How documents are written; always <see cref="Create"/>.</summary>
public enum ElasticOpType
{
    /// <summary>Overwrites.</summary>
    Index,

    /// <summary>Refuses to overwrite.</summary>
    Create,
}
