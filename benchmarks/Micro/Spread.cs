namespace Limner.Micro;

/// <summary>Median, smallest and largest of some measurements.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return new(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    public Spread Scaled(double factor) => new(Median * factor, Min * factor, Max * factor);

    /// <summary>"1.23 (1.20 to 1.31)"</summary>
    public string ToText(string format) => $"{Median.ToString(format)} ({Min.ToString(format)} to {Max.ToString(format)})";
}
