namespace Limner.Diffusion.Tokenization;

/// <summary>
/// Byte-pair encoding (arXiv 1508.07909) over token ids: the pair with the lowest rank is merged first, leftmost first, until none is
/// left. A queue of pairs keeps it at O(n log n); the original looks through the whole word after every merge.
/// </summary>
/// <param name="merges">For a pair of ids, the rank of its merge and the id it becomes.</param>
internal sealed class BytePairMerges(Dictionary<(int Left, int Right), (int Rank, int Merged)> merges)
{
    /// <summary>Merges <paramref name="symbols"/> in place and returns how many ids are left at its beginning.</summary>
    public int Apply(Span<int> symbols)
    {
        int[] next = new int[symbols.Length];
        int[] previous = new int[symbols.Length];
        var queue = new PriorityQueue<(int Position, int Left, int Right, int Merged), (int Rank, int Position)>();
        for (int i = 0; i < symbols.Length; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
            if (i > 0)
            {
                Enqueue(queue, i - 1, symbols[i - 1], symbols[i]);
            }
        }

        while (queue.TryDequeue(out (int Position, int Left, int Right, int Merged) pair, out _))
        {
            // Entries whose symbols have been merged meanwhile are stale; a merged-away position holds no id.
            (int left, int right) = (pair.Position, next[pair.Position]);
            if (symbols[left] != pair.Left || right >= symbols.Length || symbols[right] != pair.Right)
            {
                continue;
            }

            (symbols[left], symbols[right], next[left]) = (pair.Merged, -1, next[right]);
            if (previous[left] >= 0)
            {
                Enqueue(queue, previous[left], symbols[previous[left]], pair.Merged);
            }

            if (next[left] < symbols.Length)
            {
                previous[next[left]] = left;
                Enqueue(queue, left, pair.Merged, symbols[next[left]]);
            }
        }

        int count = 0;
        for (int i = 0; i < symbols.Length; i = next[i])
        {
            symbols[count++] = symbols[i];
        }

        return count;
    }

    private void Enqueue(PriorityQueue<(int, int, int, int), (int, int)> queue, int position, int left, int right)
    {
        if (merges.TryGetValue((left, right), out (int Rank, int Merged) merge))
        {
            queue.Enqueue((position, left, right, merge.Merged), (merge.Rank, position));
        }
    }
}
