using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Webhooks;
using Limner.Gateway.Webhooks.Signing;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class SigningTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly SigningSecrets _secrets = new(Box(RunningGateway.WebhookKey));

    /// <summary>The example that the libraries of Standard Webhooks are tested with.</summary>
    [Fact]
    public void The_specifications_example_is_signed_as_it_says() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        Signature.Create([Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""));

    [Fact]
    public void Several_secrets_give_several_signatures_with_a_space_between()
    {
        byte[] one = [1], two = [2];
        Assert.Equal(
            $"{Signature.Create([one], "msg_1", 1, "{}")} {Signature.Create([two], "msg_1", 1, "{}")}",
            Signature.Create([one, two], "msg_1", 1, "{}"));
    }

    [Fact]
    public void A_box_opens_for_its_owner_under_its_key_and_untouched()
    {
        byte[] secret = Encoding.UTF8.GetBytes("thirty-two bytes of a secret....");
        SecretBox box = Box(RunningGateway.WebhookKey);
        string sealedSecret = box.Seal(secret, "endpoint 1");

        Assert.Equal(secret, box.Open(sealedSecret, "endpoint 1"));
        Assert.NotEqual(sealedSecret, box.Seal(secret, "endpoint 1"));
        Assert.Null(box.Open(sealedSecret, "endpoint 2"));
        Assert.Null(Box(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))).Open(sealedSecret, "endpoint 1"));
        byte[] bytes = Convert.FromBase64String(sealedSecret);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Null(box.Open(Convert.ToBase64String(bytes), "endpoint 1"));
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void A_replaced_secret_signs_until_its_time_is_over_and_never_longer_than_was_said()
    {
        (string first, IReadOnlyList<SealedSecret> one) = _secrets.Renew([], "o", TimeSpan.Zero, Now);
        (string second, IReadOnlyList<SealedSecret> two) = _secrets.Renew(one, "o", TimeSpan.FromHours(1), Now);
        (string third, IReadOnlyList<SealedSecret> three) = _secrets.Renew(two, "o", TimeSpan.FromDays(1), Now.AddMinutes(30));

        Assert.Equal([first], Shown(one, Now));
        Assert.Equal([second, first], Shown(two, Now.AddMinutes(59)));
        Assert.Equal([second], Shown(two, Now.AddMinutes(60)));
        Assert.Equal([third, second, first], Shown(three, Now.AddMinutes(59)));
        Assert.Equal([third, second], Shown(three, Now.AddHours(1)));
        Assert.Equal([third], Shown(three, Now.AddDays(2)));
    }

    [Fact]
    public void No_overlap_ends_all_that_were_there_and_there_are_never_more_than_five()
    {
        IReadOnlyList<SealedSecret> kept = [];
        for (int i = 0; i < 9; i++)
        {
            kept = _secrets.Renew(kept, "o", TimeSpan.FromDays(1), Now.AddMinutes(i)).Kept;
        }

        Assert.Equal(5, kept.Count);
        Assert.Single(_secrets.Renew(kept, "o", TimeSpan.Zero, Now.AddMinutes(9)).Kept);
    }

    [Theory]
    [InlineData("short", 1)]
    [InlineData("bGltbmVyLXRlc3RzLWtlZXAtc2VjcmV0cy13aXRo", 1)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 1)] // 32 bytes of 0, as an example had them
    [InlineData(RunningGateway.WebhookKey + ",YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=", 2)]
    [InlineData(RunningGateway.WebhookKey + ",not base64 at all", 2)]
    public void A_key_that_is_none_is_told_by_its_number_and_not_shown(string keys, int number)
    {
        ValidationResult fault = Assert.Single(new WebhookOptions { EncryptionKeys = keys }.Validate(new ValidationContext(this)));
        Assert.StartsWith($"key {number} ", fault.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(keys.Split(',')[^1], fault.ErrorMessage, StringComparison.Ordinal);
    }

    private static SecretBox Box(string key) => new(Options.Create(new WebhookOptions { EncryptionKeys = key }));

    private IEnumerable<string> Shown(IReadOnlyList<SealedSecret> kept, DateTimeOffset at) =>
        _secrets.Open(kept, "o", at).Select(secret => "whsec_" + Convert.ToBase64String(secret));
}
