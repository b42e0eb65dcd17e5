namespace Coral.Audit.Shipping.Access;

/// <summary>The connections to the search servers: made anew when the files for TLS say something else, so that a new client certificate or CA counts at once. Thread safe.</summary>
internal sealed class Connections : IDisposable
{
    private readonly Lock gate = new();
    private readonly SearchAccess access;
    private readonly HttpClient? given;
    private readonly List<HttpClient> made = [];
    private TlsFiles? files;

    /// <summary>A given client is used as it is and stays the caller's.</summary>
    public Connections(SearchAccess access, HttpClient? given)
    {
        this.access = access;
        this.given = given;
    }

    /// <summary>Throws <see cref="IOException"/> with one line when a file can't be read.</summary>
    public HttpClient Current()
    {
        if (given is not null) return given;
        var now = TlsFiles.Read(access);
        lock (gate)
        {
            if (now == files) return made[^1];
            // The old one may still be at work; its connections go when they were idle for a while.
            made.Add(SearchClient.NewHttpClient(now.Options()));
            files = now;
            return made[^1];
        }
    }

    public void Dispose()
    {
        foreach (var client in made) client.Dispose();
    }
}
