using System.Net;
using Coral.NodeAgent.Serving;

namespace Coral.NodeAgent.Tests.Serving;

public sealed class ListenPlaceTests
{
    [Theory]
    [InlineData("*:9001", null, 9001, false)]
    [InlineData("0.0.0.0:9001", "0.0.0.0", 9001, false)]
    [InlineData("127.0.0.1:9001", "127.0.0.1", 9001, true)]
    [InlineData("127.9.9.9:9001", "127.9.9.9", 9001, true)]
    [InlineData("[::1]:80", "::1", 80, true)]
    [InlineData("[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80, true)]
    [InlineData("[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80, false)]
    public void A_place_to_listen_is_an_address_and_a_port(string text, string? address, int port, bool loopback)
    {
        var place = ListenPlace.Parse(text)!;
        Assert.Equal(new ListenPlace(address is null ? null : IPAddress.Parse(address), port), place);
        Assert.Equal((text, loopback), (place.ToString(), place.IsLoopback));
    }

    [Theory]
    [InlineData("9001")]
    [InlineData("*:0")]
    [InlineData("*:+1")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:9001")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("::1")]
    public void Anything_else_is_none(string text) => Assert.Null(ListenPlace.Parse(text));
}
