using System.Text;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Audit.Tests.Events.Redaction;

/// <summary>Secrets are planted where people leave them, and looked for in the whole document.</summary>
public sealed class PlantedSecretTests
{
    /// <summary>So much of a secret must stand nowhere.</summary>
    private const int Window = 6;

    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>Where it stands in a text. {0} is the secret, which has no blanks, quotes or signs of its own here.</summary>
    private static readonly string[] InTexts =
    [
        "password={0}", "--api-key={0}", "DB_PASS={0}", "token: {0}", "\"client_secret\": \"{0}\"", "{{'password':'{0}'}}", "Authorization: Bearer {0}", "bearer {0}", "https://user:{0}@host/x", "redis://:{0}@cache:6379",
        "/x?access_token={0}&y=1", "AKIA{0}", "ghp_{0}", "eyJ{0}.{0}.{0}", "xoxb-{0}", "-----BEGIN PRIVATE KEY-----{0}-----END PRIVATE KEY-----", "Cookie: session={0}", "pwd={0};Server=db", "GITHUB_TOKEN={0}", "X-Amz-Signature={0}",
    ];

    /// <summary>Where it stands in a command line; here it may have any characters.</summary>
    private static readonly string[][] InArguments =
    [
        ["x", "--password", "{0}"], ["x", "--password={0}"], ["x", "-token", "{0}"], ["mysql", "-p{0}"], ["sudo", "mysqldump", "-p{0}"], ["sshpass", "-p", "{0}"], ["curl", "-u", "{0}"], ["podman", "login", "-p", "{0}"],
        ["env", "name={0}"], ["docker", "run", "-e", "name={0}"], ["SOME_NAME={0}"], ["redis-cli", "-a", "{0}"],
    ];

    private static readonly Gen<string> Words = Gen.Elements("ls", "-la", "/var/log", "curl", "https://shop.test/cart", "--port", "8080", "of", "the", "=", ":", "\"x\"", "(", "é", "-");

    private static readonly Gen<string> Secrets = Gen.Elements(Plain.ToCharArray()).ArrayOf(24).Select(chars => new string(chars));

    private static readonly Gen<string> OddSecrets = Gen.Elements((Plain + " !#$%&*()[]{};,.?/|~^+'\"-_=:@\\<>äß").ToCharArray()).ArrayOf(24).Select(chars => new string(chars)).Where(secret => !string.IsNullOrWhiteSpace(secret));

    [Fact]
    public void A_secret_in_a_text_stands_nowhere_in_the_document()
    {
        var cases = from secret in Secrets
                    from form in Gen.Elements(InTexts)
                    from before in Words.ArrayOf(3)
                    from after in Words.ArrayOf(3)
                    select (Secret: secret, Text: $"{string.Join(' ', before)} {string.Format(null, form, secret)} {string.Join(' ', after)}");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(cases.ToArbitrary(), planted => Holds(planted.Secret,
        [
            EventSamples.Control with { Reason = planted.Text, Error = planted.Text, UserAgent = planted.Text, Command = ["sh", "-c", planted.Text] },
            EventSamples.Remediation with { Error = planted.Text },
            EventSamples.Http with { Path = planted.Text.Replace('?', '/') },
            EventSamples.Http with { Path = "/x?" + planted.Text },
            Exec("sh", "-c", planted.Text),
            Exec(planted.Text.Split(' ')),
        ])));
    }

    [Fact]
    public void A_secret_in_a_command_line_stands_nowhere_in_the_document()
    {
        var cases = from secret in OddSecrets
                    from form in Gen.Elements(InArguments)
                    from before in Gen.Elements("sh", "ls", "nice", "-x").ArrayOf(2)
                    from after in Words.ArrayOf(3)
                    select (Secret: secret, Arguments: (string[])[.. before, .. form.Select(part => string.Format(null, part, secret)), .. after]);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(cases.ToArbitrary(), planted => Holds(planted.Secret,
        [
            Exec(planted.Arguments),
            new ProgramEvent { Timestamp = EventSamples.Noon, Origin = Samples.Origin, Action = ProgramAction.Start, Pid = 1, Arguments = [.. planted.Arguments] },
            EventSamples.Control with { Command = [.. planted.Arguments] },
        ])));
    }

    [Fact]
    public void A_secret_behind_so_much_text_that_it_is_cut_stands_nowhere_in_the_document() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Secrets.ToArbitrary(), Gen.Elements(InTexts).ToArbitrary(), Gen.Choose(980, 1030).ToArbitrary(), (secret, form, length) =>
        {
            var text = new string('x', length) + " " + string.Format(null, form, secret);
            return Holds(secret, [EventSamples.Control with { Reason = text, Error = text }, EventSamples.Http with { Path = text.Replace('?', '/') }, Exec("sh", "-c", text), Exec(text)]);
        }));

    private static ProcessEvent Exec(params string[] arguments) => new()
    {
        Timestamp = EventSamples.Noon,
        Origin = Samples.Origin,
        Action = ProcessAction.Exec,
        Process = EventSamples.Process with { Arguments = [.. arguments] },
    };

    private static bool Holds(string secret, AuditEvent[] events)
    {
        foreach (var e in events)
        {
            var values = Encoded.Fields(Encoded.Json(e), _ => false).Select(field => field.Value.ToString()).ToList();
            for (var at = 0; at + Window <= secret.Length; at++)
            {
                var part = secret.Substring(at, Window);
                if (values.Find(value => value.Contains(part, StringComparison.Ordinal)) is { } leak) throw new InvalidOperationException($"{e.GetType().Name}: {part} of {secret} stands in {leak}");
            }
        }

        return true;
    }
}
