namespace Limner.Diffusion.Unclip;

/// <summary>One half of a model as a worker drives it: requests join while there is room, and each step takes all of them one step further.</summary>
/// <remarks>Not safe for use from several threads.</remarks>
public interface IStepEngine<in TRequest, out TEnded>
{
    /// <summary>Requests under way.</summary>
    int Occupied { get; }

    /// <summary>How many can join now, at least; another may have to wait.</summary>
    int FreeSlots { get; }

    /// <summary>Takes up a request.</summary>
    /// <exception cref="RefusedRequestException">The model cannot do it.</exception>
    void Add(TRequest request);

    /// <summary>One step of everything under way.</summary>
    /// <returns>The requests that left; the list is reused by the next call.</returns>
    IReadOnlyList<TEnded> Step();
}
