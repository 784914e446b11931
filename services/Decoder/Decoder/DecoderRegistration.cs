namespace Limner.Decoder;

/// <summary>Composes the Decoder service.</summary>
public static class DecoderRegistration;
