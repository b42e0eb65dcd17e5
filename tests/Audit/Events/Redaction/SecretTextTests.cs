using Coral.Audit.Events.Redaction;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Audit.Tests.Events.Redaction;

public sealed class SecretTextTests
{
    [Theory]
    [InlineData("password=hunter2", "password=[redacted]")]
    [InlineData("DB_PASSWORD: hunter2 and more", "DB_PASSWORD: [redacted] and more")]
    [InlineData("""{"clientSecret": "a \" b", "id": 7}""", """{"clientSecret": [redacted], "id": 7}""")]
    [InlineData("X-Api-Key:abc", "X-Api-Key:[redacted]")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]")]
    [InlineData("proxy-authorization: basic dXNlcg==", "proxy-authorization: basic [redacted]")]
    [InlineData("sent Bearer abc", "sent Bearer [redacted]")]
    [InlineData("https://ada:hunter2@host:80/p?q=1", "https://[redacted]@host:80/p?q=1")]
    [InlineData("git clone https://ghtoken@host/x", "git clone https://[redacted]@host/x")]
    [InlineData("postgres://u:p/w@d/x@db/y", "postgres://[redacted]@db/y")]
    [InlineData("/get?sig=abc&sv=2", "/get?sig=[redacted]&sv=2")]
    [InlineData("AKIAIOSFODNN7EXAMPLE is gone", "[redacted] is gone")]
    [InlineData("with ghp_0123456789abcdefghij.", "with [redacted]")]
    [InlineData("(eyJhbGciOiJIUzI1NiJ9.e30.x)", "([redacted]")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end", "[redacted] end")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nMIIE", "[redacted]")]
    [InlineData("export FOO=bar; ls", "export FOO=[redacted] ls")]
    [InlineData("AccountName=x;AccountKey=abc==;End", "AccountName=x;AccountKey=[redacted]")]
    public void Secrets_are_taken_out(string text, string clean) => Assert.Equal(clean, Clean(text));

    [Theory]
    [InlineData("curl -s https://shop.test/cart?page=2")]
    [InlineData("nginx: worker process is shutting down")]
    [InlineData("java -Xmx512m -Dspring.profiles.active=prod -jar /app.jar")]
    [InlineData("--log-level=debug --port 8080")]
    [InlineData("mail to ada@example.org about https://host/path@v1")]
    [InlineData("git@github.com:org/repo.git")]
    [InlineData("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")]
    [InlineData("compass author keyboard passing tokyo basics bearers")]
    [InlineData("sha256:0123456789abcdef0123456789abcdef")]
    [InlineData("")]
    public void What_is_no_secret_stays(string text) => Assert.Equal(text, Clean(text));

    [Fact]
    public void Any_text_fits_the_room_and_is_clean_the_second_time()
    {
        var texts = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(texts.ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), (text, room) => SecretText.Clean(text, new char[room]).Length <= room));
    }

    private static string Clean(string text) => SecretText.Clean(text, new char[1024]).ToString();
}
