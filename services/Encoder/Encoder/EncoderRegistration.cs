namespace Limner.Encoder;

/// <summary>Composes the Encoder service.</summary>
public static class EncoderRegistration;
