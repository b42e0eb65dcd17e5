namespace Coral.Certs.Tests;

public sealed class ServingNamesTests
{
    [Fact]
    public void Hosts_are_sorted_into_names_and_addresses_each_once()
    {
        var names = ServingNames.Of("Coral.Example", "127.0.0.1", "coral.example", "[::1]", "::1", "a-b_c.svc");

        Assert.Equal(["coral.example", "a-b_c.svc", "127.0.0.1", "::1"], names.All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("a..b")]
    [InlineData("8080")]
    [InlineData("1.2.3.256")]
    [InlineData("[::1]:443")]
    [InlineData("https://coral")]
    [InlineData("größe.example")]
    public void What_no_certificate_can_be_made_for_is_refused(string host) =>
        Assert.Equal($"'{host}' is neither an IP address nor a DNS name: a certificate can't be made for it", Assert.Throws<CertificateException>(() => ServingNames.Of("ok", host)).Message);

    [Fact]
    public void All_bad_hosts_are_named_at_once() => Assert.Equal(2, Assert.Throws<CertificateException>(() => ServingNames.Of("a b", "ok", "c d")).Problems.Length);

    [Fact]
    public void No_host_at_all_is_an_error() => Assert.Contains("at least one", Assert.Throws<CertificateException>(() => ServingNames.Of()).Message);

    [Fact]
    public void Labels_and_names_have_the_lengths_of_the_standard()
    {
        var label = new string('a', 63);
        ServingNames.Of(label);
        Assert.Throws<CertificateException>(() => ServingNames.Of(label + "a"));
        Assert.Throws<CertificateException>(() => ServingNames.Of($"{label}.{label}.{label}.{label}"));
    }
}
