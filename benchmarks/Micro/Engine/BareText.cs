using Limner.Diffusion.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Micro.Engine;

/// <summary>A prompt as the networks see it: its ids, the places that count, and zeros as states of those that do not.</summary>
internal sealed class BareText
{
    private readonly long[] _ids;
    private readonly bool[] _mask;
    private readonly int _words;

    public BareText(ClipTokenizer tokenizer, string prompt)
    {
        (_ids, _mask) = (new long[tokenizer.MaxLength], new bool[tokenizer.MaxLength]);
        _words = tokenizer.Pad(prompt, _ids, _mask);
    }

    /// <summary>Writes the text's part of an input whose name says that it has one.</summary>
    public void WriteTo(string input, long[] shape, OrtValue value)
    {
        (int rows, int places) = ((int)shape[0], shape.Length > 1 ? (int)shape[1] : 0);
        for (int row = 0; row < rows; row++)
        {
            if (input == "input_ids")
            {
                _ids.CopyTo(value.GetTensorMutableDataAsSpan<long>().Slice(row * places, places));
            }
            else if (input == "attention_mask") // the decoder's begins with the image's states, which always count
            {
                _mask.CopyTo(value.GetTensorMutableDataAsSpan<bool>().Slice(row * places, places)[^_mask.Length..]);
            }
            else if (input == "text_encoder_hidden_states")
            {
                value.GetTensorMutableDataAsSpan<float>().Slice(row * places * (int)shape[2], places * (int)shape[2])[(_words * (int)shape[2])..].Clear();
            }
        }
    }
}
