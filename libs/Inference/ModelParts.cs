namespace Limner.Inference;

/// <summary>Which halves of a model to load: a worker of one stage needs no sessions of the other.</summary>
[Flags]
public enum ModelParts
{
    /// <summary>Tokenizer, text encoder and prior.</summary>
    Encoder = 1,

    /// <summary>Text projection, decoder, autoencoder and super-resolution.</summary>
    Decoder = 2,

    /// <summary>The image encoder, where the folder has one.</summary>
    ImageEncoder = 4,

    /// <summary>Everything.</summary>
    All = Encoder | Decoder | ImageEncoder,
}
