using System.Collections.Specialized;

namespace Elasticsearch.Net;

public interface IConnection;

public interface IConnectionPool;

public interface IElasticsearchSerializer;

public abstract class ConnectionConfiguration<T>
    where T : ConnectionConfiguration<T>
{
    public T BasicAuthentication(string username, string password) => throw null;

    public T ApiKeyAuthentication(string id, string apiKey) => throw null;

    public T GlobalHeaders(NameValueCollection headers) => throw null;
}

public class ConnectionConfiguration : ConnectionConfiguration<ConnectionConfiguration>;
