namespace Coral.Kubernetes;

/// <summary>How far an informer's items can be believed.</summary>
public enum InformerState
{
    /// <summary>The first list has not been read yet.</summary>
    Starting,

    /// <summary>The items are those of the server, as of <see cref="Informer.LastEvent"/>.</summary>
    Synced,

    /// <summary>The server has not been heard for longer than <see cref="Informer.StaleAfter"/>, or a list that is needed could not be read.</summary>
    Stale,

    /// <summary>The server does not know the kind (its CRD is missing): there are no items. It is asked again every 30 s.</summary>
    Absent,
}
