using System.ComponentModel.DataAnnotations;
using System.Net;
using Limner.ServiceDefaults.Outbound;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Tests.Outbound;

public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("168.63.129.15")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:200::1")]
    [InlineData("2003::1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void The_public_internet_may_be_asked(string address) => Assert.True(Policy().Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b::1.1.1.1")]
    [InlineData("64:ff9b:1::10.0.0.1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:2::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Anything_else_may_not(string address) => Assert.False(Policy().Allows(IPAddress.Parse(address)));

    [Fact]
    public void A_network_that_is_allowed_opens_itself_alone()
    {
        AddressPolicy policy = Policy("10.20.0.0/16, fd12:3456::/32");
        Assert.True(policy.Allows(IPAddress.Parse("10.20.255.1")));
        Assert.True(policy.Allows(IPAddress.Parse("fd12:3456::7")));
        Assert.True(policy.Allows(IPAddress.Parse("1.1.1.1")));
        Assert.False(policy.Allows(IPAddress.Parse("10.21.0.1")));
        Assert.False(policy.Allows(IPAddress.Parse("::ffff:10.20.0.1")));
        Assert.False(policy.Allows(IPAddress.Parse("fd12:3457::7")));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0")]
    [InlineData("intranet")]
    public void A_network_that_is_none_is_named(string network)
    {
        ValidationResult fault = Assert.Single(new OutboundOptions { AllowedNetworks = $"192.168.0.0/16,{network}" }.Validate(new ValidationContext(this)));
        Assert.Contains($"'{network}'", fault.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.org/hook")]
    [InlineData("http://example.org:8080/hook?token=1")]
    [InlineData("https://1.1.1.1/")]
    [InlineData("https://[2606:4700:4700::1111]/")]
    [InlineData("https://xn--bcher-kva.example/")]
    public void An_address_that_may_be_asked_meets_no_objection(string address) => Assert.Null(Policy().Objection(address));

    [Theory]
    [InlineData("", "http or https")]
    [InlineData("hook", "http or https")]
    [InlineData("/hook", "http or https")]
    [InlineData("ftp://example.org/", "http or https")]
    [InlineData("file:///etc/passwd", "http or https")]
    [InlineData("https:///hook", "http or https")]
    [InlineData("https://exa mple.org/", "http or https")]
    [InlineData("https://example.org/\n", "http or https")]
    [InlineData("https://bücher.example/", "http or https")]
    [InlineData("https://user@example.org/", "user or a password")]
    [InlineData("https://user:secret@example.org/", "user or a password")]
    [InlineData("https://example.org:22/", "port 22")]
    [InlineData("https://example.org:25/", "port 25")]
    [InlineData("https://example.org:1023/", "port 1023")]
    [InlineData("https://example.org:0/", "port 0")]
    [InlineData("http://127.0.0.1/", "not public")]
    [InlineData("http://127.1/", "not public")]
    [InlineData("http://2130706433/", "not public")]
    [InlineData("http://0x7f.0.0.1/", "not public")]
    [InlineData("http://0177.0.0.1/", "not public")]
    [InlineData("http://localhost:8080/", "not public")]
    [InlineData("http://LOCALHOST./", "not public")]
    [InlineData("http://app.localhost/", "not public")]
    [InlineData("http://postgres:8080/", "full name")]
    [InlineData("http://nobody./", "full name")]
    [InlineData("http://[::1]/", "not public")]
    [InlineData("http://[::ffff:10.0.0.1]/", "not public")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "not public")]
    public void One_that_may_not_is_told_why(string address, string why) => Assert.Contains(why, Policy().Objection(address), StringComparison.Ordinal);

    [Fact]
    public void Where_networks_are_allowed_their_short_names_are_too() => Assert.Null(Policy("10.20.0.0/16").Objection("http://receiver:8080/"));

    [Fact]
    public void One_that_is_not_public_is_told_who_can_allow_it() => Assert.Equal(
        "leads to an address that is not public; the operator of this service can allow its network with Outbound:AllowedNetworks.", Policy().Objection("http://localhost:8080/hook"));

    [Fact]
    public void One_that_is_too_long_is_told_its_length() => Assert.Contains("2021 characters", Policy().Objection("https://example.org/" + new string('a', 2001)), StringComparison.Ordinal);

    private static AddressPolicy Policy(string allowed = "") => new(Options.Create(new OutboundOptions { AllowedNetworks = allowed }));
}
