using System.Globalization;
using Limner.Contracts.Jobs;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Views;

/// <summary>Which jobs a list is to have, from the query string, read as strictly as a body.</summary>
internal sealed record JobFilter(JobState? State, JobPriority? Priority, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, Guid? Cursor, int Limit)
{
    private const int MostAtOnce = 100;
    private const int UsualLimit = 20;

    private static readonly string[] Known = ["status", "priority", "created_after", "created_before", "cursor", "limit"];

    public static JobFilter Parse(IQueryCollection query)
    {
        foreach ((string name, var values) in query)
        {
            if (!Known.Contains(name))
            {
                throw ApiException.Invalid(ErrorCode.UnknownParameter, name, $"'{name}' is not known; there are {string.Join(", ", Known)}.");
            }

            if (values.Count != 1)
            {
                throw ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} is given {values.Count} times; give it once.");
            }
        }

        return new JobFilter(
            Choice<JobState>(query, "status"),
            Choice<JobPriority>(query, "priority"),
            Read(query, "created_after", Time, "a time like 2030-01-31T12:00:00Z"),
            Read(query, "created_before", Time, "a time like 2030-01-31T12:00:00Z"),
            Read(query, "cursor", JobId.Parse, "the next_cursor of another page"),
            Read(query, "limit", Count, $"a whole number from 1 to {MostAtOnce}") ?? UsualLimit);
    }

    public IQueryable<Job> Apply(IQueryable<Job> jobs)
    {
        jobs = State is { } state ? jobs.Where(job => job.State == state) : jobs;
        jobs = Priority is { } priority ? jobs.Where(job => job.Priority == priority) : jobs;
        // Ids begin with the time of acceptance: times are bounds of the same index that gives the order.
        jobs = CreatedAfter is { } after && JobId.Floor(after) is var least ? jobs.Where(job => job.Id.CompareTo(least) >= 0) : jobs;
        jobs = CreatedBefore is { } before && JobId.Floor(before) is var most ? jobs.Where(job => job.Id.CompareTo(most) < 0) : jobs;
        return Cursor is { } cursor ? jobs.Where(job => job.Id.CompareTo(cursor) < 0) : jobs;
    }

    private static T? Choice<T>(IQueryCollection query, string name)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(value => value.ToLowerInvariant())];
        return Read<T>(query, name, text => Array.IndexOf(words, text) is >= 0 and var index ? Enum.GetValues<T>()[index] : null, string.Join(", ", words));
    }

    private static T? Read<T>(IQueryCollection query, string name, Func<string, T?> parse, string range)
        where T : struct =>
        query[name] is not [{ } text] ? null
        : parse(text) ?? throw ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} is '{text}'; it has to be {range}.");

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= MostAtOnce ? limit : null;
}
