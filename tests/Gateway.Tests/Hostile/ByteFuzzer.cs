namespace Limner.Gateway.Tests.Hostile;

/// <summary>Damages bytes: some changed, some gone, some twice, or the rest cut off.</summary>
internal static class ByteFuzzer
{
    public static byte[] Damage(byte[] body, Random chance)
    {
        List<byte> bytes = body.ToList();
        for (int wound = chance.Next(1, 5); wound > 0 && bytes.Count > 0; wound--)
        {
            int at = chance.Next(bytes.Count);
            switch (chance.Next(4))
            {
                case 0:
                    bytes[at] = (byte)chance.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(chance.Next(1, 10), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(chance.Next(1, 10), bytes.Count - at)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
