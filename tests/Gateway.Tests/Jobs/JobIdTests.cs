using Limner.Contracts.Images;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Tests.Jobs;

public sealed class JobIdTests
{
    private static readonly Guid Id = Guid.Parse("0193a0c0-1234-7abc-8def-0123456789ab");

    [Fact]
    public void Ids_are_read_as_they_are_written()
    {
        Assert.Equal("job_0193a0c012347abc8def0123456789ab", JobId.Format(Id));
        Assert.Equal(Id, JobId.Parse(JobId.Format(Id)));
        Assert.Equal((Id, 7), ImageId.Parse(ImageId.Format(Id, 7)));
        Assert.Equal("acme/0193a0c012347abc8def0123456789ab/7.png", StoredImage.KeyOf("acme", Id, 7));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0193a0c012347abc8def0123456789ab")]
    [InlineData("job_0193a0c0-1234-7abc-8def-0123456789ab")]
    [InlineData("job_0193A0C012347ABC8DEF0123456789AB")]
    [InlineData("job_0193a0c012347abc8def0123456789abc")]
    public void Another_spelling_is_no_id(string text) => Assert.Null(JobId.Parse(text));

    [Theory]
    [InlineData("img_0193a0c012347abc8def0123456789ab")]
    [InlineData("img_0193a0c012347abc8def0123456789ab_")]
    [InlineData("img_0193a0c012347abc8def0123456789ab_01")]
    [InlineData("img_0193a0c012347abc8def0123456789ab_-1")]
    [InlineData("img_0193a0c012347abc8def0123456789ab_99999999999")]
    [InlineData("job_0193a0c012347abc8def0123456789ab_1")]
    public void Another_spelling_is_no_image(string text) => Assert.Null(ImageId.Parse(text));

    [Fact]
    public void The_floor_of_a_time_lies_between_earlier_and_later_ids()
    {
        DateTimeOffset time = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        string floor = JobId.Format(JobId.Floor(time));
        for (int i = 0; i < 100; i++)
        {
            Assert.True(string.CompareOrdinal(JobId.Format(Guid.CreateVersion7(time)), floor) > 0);
            Assert.True(string.CompareOrdinal(JobId.Format(Guid.CreateVersion7(time.AddMilliseconds(-1))), floor) < 0);
        }
    }
}
