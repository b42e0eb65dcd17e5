using Coral.Audit.Events.Redaction;

namespace Coral.Audit.Tests.Events.Redaction;

public sealed class ArgumentRedactionTests
{
    [Theory]
    [InlineData("psql|--password|hunter2|-h|db", "psql|--password|[redacted]|-h|db")]
    [InlineData("x|--password=a b c|y", "x|--password=[redacted]|y")]
    [InlineData("vault|login|token|abc", "vault|login|token|[redacted]")]
    [InlineData("kubectl|get|secret|mine", "kubectl|get|secret|mine")]
    [InlineData("x|--apiToken|abc", "x|--apiToken|[redacted]")]
    [InlineData("mysql|-u|root|-phunter2", "mysql|-u|root|-p[redacted]")]
    [InlineData("mysql|-pwd;8=E", "mysql|-p[redacted]")]
    [InlineData("/usr/bin/mysqldump|-phunter2|db", "/usr/bin/mysqldump|-p[redacted]|db")]
    [InlineData("sudo|mysql|-phunter2", "sudo|mysql|-p[redacted]")]
    [InlineData("sshpass|-p|hunter2|ssh|host", "sshpass|-p|[redacted]|ssh|host")]
    [InlineData("curl|-u|ada:hunter2|-H|X-Api-Key: abc|https://a:b@h/", "curl|-u|[redacted]|-H|X-Api-Key: [redacted]|https://[redacted]@h/")]
    [InlineData("docker|login|-u|ada|-p|hunter2", "docker|login|-u|ada|-p|[redacted]")]
    [InlineData("docker|run|-p|8080:80|-e|mode=hunter2|img", "docker|run|-p|8080:80|-e|mode=[redacted]|img")]
    [InlineData("env|a=b c|FOO=1|sh", "env|a=[redacted]|FOO=[redacted]|sh")]
    [InlineData("FOO=a b|sh", "FOO=[redacted]|sh")]
    [InlineData("sh|-c|mysql -phunter2 && curl -u a:b https://c:d@h", "sh|-c|mysql -p[redacted] && curl -u [redacted] https://[redacted]@h")]
    [InlineData("sh|-c|run --token abc --level 3", "sh|-c|run --token [redacted] --level 3")]
    [InlineData("openssl|req|-passout|pass:hunter2", "openssl|req|-passout|[redacted]")]
    [InlineData("kubectl|create|secret|generic|x|--from-literal=k=v", "kubectl|create|secret|generic|x|--from-literal=[redacted]")]
    public void Secrets_are_taken_out_of_command_lines(string arguments, string clean) => Assert.Equal(clean, Clean(arguments));

    [Theory]
    [InlineData("ls|-la|/var/log")]
    [InlineData("java|-Xmx512m|-Dserver.port=8080|-jar|app.jar")]
    [InlineData("ssh|-p|2222|ada@host|uptime")]
    [InlineData("sh|-c|for i in 1 2 3;  do\techo $i; done")]
    [InlineData("mysql|-p")]
    [InlineData("x|--flag=|y")]
    public void What_is_no_secret_stays(string arguments) => Assert.Equal(arguments, Clean(arguments).Replace("do echo", "do\techo", StringComparison.Ordinal));

    private static string Clean(string arguments)
    {
        var redaction = new ArgumentRedaction(new char[3 * 256]);
        var clean = new List<string>();
        foreach (var argument in arguments.Split('|')) clean.Add(redaction.Clean(argument).ToString());
        return string.Join('|', clean);
    }
}
