using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// Small pictures of candidates under way: the clean sample that a step predicts, through the autoencoder where there is one. Together they
/// take a share of the engine's time and no more, however large the autoencoder is and however many look.
/// </summary>
internal sealed class Previews(DecoderNetworks networks, FloatBuffers buffers, Resizer resizer, TimeProvider time)
{
    private const double Share = 0.05;

    /// <summary>What may be saved up, so that the first pictures come at once.</summary>
    private static readonly TimeSpan MostCredit = TimeSpan.FromMilliseconds(20);

    private readonly CanvasAutoencoder _autoencoder = new(networks, buffers);
    private readonly List<(Candidate Candidate, Preview Preview, Sample Sample)> _watched = [];
    private readonly List<(Candidate Candidate, Preview Preview, Sample Sample, float[] Clean)> _asked = [];
    private TimeSpan _credit = MostCredit;
    private long _earned = time.GetTimestamp();

    /// <summary>Begins to show a candidate, if anybody asked for it.</summary>
    public void Add(Candidate candidate, Sample sample)
    {
        if (candidate.Request.Preview is { } preview)
        {
            _watched.Add((candidate, preview, sample));
        }
    }

    /// <summary>Before a step of the decoder: it is to leave the predictions of those whose turn it is.</summary>
    public void Ask()
    {
        Earn();
        _watched.RemoveAll(static watched => watched.Sample.End is not null);
        foreach ((Candidate candidate, Preview preview, Sample sample) in _watched)
        {
            int done = sample.Step + 1;
            // What the last step leaves is the base image itself.
            if (done % preview.Every != 0 || done >= sample.Plan.StepCount || _credit <= TimeSpan.Zero || !preview.IsWanted())
            {
                continue;
            }

            float[] clean = buffers.Rent(sample.Latents.Length);
            sample.Clean = clean;
            _asked.Add((candidate, preview, sample, clean));
        }
    }

    /// <summary>After it: shows them.</summary>
    public void Answer()
    {
        foreach ((Candidate candidate, Preview preview, Sample sample, float[] clean) in _asked)
        {
            // A step for others, of another adapter or timestep, has left nothing: in the buffer is still what somebody else had there.
            bool isThere = sample.Clean.IsEmpty;
            sample.Clean = default;
            if (isThere && sample.End is null && _credit > TimeSpan.Zero)
            {
                ShowPrediction(candidate, preview, clean);
            }

            buffers.Return(clean);
        }

        _asked.Clear();
    }

    /// <summary>Shows an image in [-1, 1] that is there already.</summary>
    public void Show(Preview preview, ReadOnlySpan<float> image, ImageShape from)
    {
        if (!preview.IsWanted())
        {
            return;
        }

        double scale = Math.Min(1, (double)preview.Size / Math.Max(from.Height, from.Width));
        var shape = new ImageShape(3, Math.Max(1, (int)(from.Height * scale)), Math.Max(1, (int)(from.Width * scale)));
        float[] pixels = buffers.Rent(shape.Length);
        resizer.Apply(image, from, shape, pixels);
        PixelRange.ToUnit(pixels);
        preview.Show(new Picture(shape, pixels));
        buffers.Return(pixels);
    }

    private void ShowPrediction(Candidate candidate, Preview preview, float[] clean)
    {
        long started = time.GetTimestamp();
        if (networks.Autoencoder is { } autoencoder)
        {
            ImageShape shape = candidate.Canvas.Scale(autoencoder.Image);
            float[] image = buffers.Rent(shape.Length);
            _autoencoder.Decode(candidate.Canvas, clean, image);
            PixelRange.Clamp(image);
            Show(preview, image, shape);
            buffers.Return(image);
        }
        else
        {
            PixelRange.Clamp(clean);
            Show(preview, clean, candidate.Shape);
        }

        _credit -= time.GetElapsedTime(started);
    }

    private void Earn()
    {
        long now = time.GetTimestamp();
        TimeSpan credit = _credit + (time.GetElapsedTime(_earned, now) * Share);
        (_credit, _earned) = (credit < MostCredit ? credit : MostCredit, now);
    }
}
