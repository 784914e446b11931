using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Images;

/// <summary>Signs addresses of pictures (HMAC-SHA256), so that whoever has one needs no key.</summary>
internal sealed partial class AddressSigner
{
    private readonly IReadOnlyList<byte[]> _keys;

    public AddressSigner(IOptions<ImagesOptions> options, ILogger<AddressSigner> log)
    {
        _keys = options.Value.Keys();
        if (_keys.Count == 0)
        {
            _keys = [RandomNumberGenerator.GetBytes(32)];
            LogMadeUp(log);
        }
    }

    public string Sign(ImageAddress address) => Base64Url.EncodeToString(Hash(_keys[0], address));

    /// <summary>Whether one of the keys signed it. Takes the same time however much of a wrong signature is right.</summary>
    public bool IsGood(ImageAddress address, string signature)
    {
        if (!Base64Url.IsValid(signature, out int length) || length != HMACSHA256.HashSizeInBytes)
        {
            return false;
        }

        byte[] given = Base64Url.DecodeFromChars(signature);
        bool good = false;
        foreach (byte[] key in _keys)
        {
            good |= CryptographicOperations.FixedTimeEquals(Hash(key, address), given);
        }

        return good;
    }

    private static byte[] Hash(byte[] key, ImageAddress address) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address.Signed));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Images:SigningKeys is empty: addresses of pictures are good at this Gateway alone, until it stops")]
    private static partial void LogMadeUp(ILogger log);
}
