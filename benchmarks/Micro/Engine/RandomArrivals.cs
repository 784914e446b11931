using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Limner.Diffusion.Unclip;

namespace Limner.Micro.Engine;

/// <summary>Requests that arrive at random, served by one decoder that takes up so many at a time.</summary>
/// <remarks>Time that the decoder would spend waiting for the next arrival is added to the clock instead of waited for.</remarks>
internal sealed class RandomArrivals(UnclipDecoder decoder, IReadOnlyList<DecodeRequest> requests, double[] arrivals, TimeProvider time)
{
    /// <summary>Seconds from the first arrival to the last picture, mean seconds from arrival to picture, and what was drawn.</summary>
    public (double Makespan, double MeanLatency, string[] Pictures) Serve(int atATime)
    {
        (double clock, int next, double latency) = (arrivals[0], 0, 0.0);
        string[] pictures = new string[requests.Count];
        for (int done = 0; done < requests.Count;)
        {
            long started = time.GetTimestamp();
            for (; next < requests.Count && arrivals[next] <= clock && decoder.Occupied < atATime; next++)
            {
                decoder.Add(requests[next]);
            }

            if (decoder.Occupied == 0)
            {
                clock = arrivals[next];
                continue;
            }

            IReadOnlyList<DecodedImage> ended = decoder.Step();
            clock += time.GetElapsedTime(started).TotalSeconds;
            foreach (DecodedImage image in ended)
            {
                done++;
                latency += clock - arrivals[image.Request.Candidate];
                pictures[image.Request.Candidate] = Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(image.Picture!.Pixels.Span)));
            }
        }

        return (clock - arrivals[0], latency / requests.Count, pictures);
    }
}
