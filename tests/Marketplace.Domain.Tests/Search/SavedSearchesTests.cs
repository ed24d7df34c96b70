using Marketplace.Domain.Common;
using Marketplace.Domain.Search;

namespace Marketplace.Domain.Tests.Search;

/// <summary>What may be saved, and when its person is told.</summary>
public sealed class SavedSearchesTests
{
    [Theory]
    [InlineData("传感器", "/search?q=x", true, 0, null)]
    [InlineData("  传感器 ", "/search?q=x", true, 49, null)]
    [InlineData("传感器", "/search?q=x", true, 50, Refusal.SavedSearchesFull)]
    [InlineData("传感器", "/search", false, 0, Refusal.SavedSearchEmpty)]
    [InlineData("", "/search?q=x", true, 0, Refusal.Required)]
    [InlineData(" \t", "/search", false, 50, Refusal.Required)]
    [InlineData("a\0b", "/search?q=x", true, 0, Refusal.TextNotAllowed)]
    public void The_first_thing_that_is_wrong_is_refused(string name, string address, bool asks, int has, Refusal? refusal)
    {
        var answer = SavedSearches.Admit(name, address, asks, has);
        Assert.Equal(refusal, answer.Refusal);
        if (answer.Done) Assert.Equal(name.Trim(), answer.Value);
    }

    [Fact]
    public void A_name_and_an_address_have_a_longest_length()
    {
        Assert.Equal(Refusal.TooLong, SavedSearches.Admit(new string('名', SavedSearches.MostName + 1), "/search?q=x", true, 0).Refusal);
        Assert.Equal(Refusal.SavedSearchTooLong, SavedSearches.Admit("n", "/search?q=" + new string('x', SavedSearches.MostAddress), true, 0).Refusal);
    }

    [Fact]
    public void A_proposed_name_is_never_too_long_and_never_half_a_character()
    {
        Assert.Equal("传感器", SavedSearches.Propose("传感器"));
        foreach (var shift in new[] { "", "x" })
        {
            var name = SavedSearches.Propose(shift + string.Concat(Enumerable.Repeat("𠮷", 100)));
            Assert.True(SavedSearches.Name(name).Done, name);
        }
    }

    [Theory]
    [InlineData("2026-11-29T23:59:59Z", "2026-11-30T00:00:00Z")]
    [InlineData("2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("2026-11-30T12:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("2026-12-31T16:30:00Z", "2027-01-01T00:00:00Z")]
    public void A_daily_notice_goes_out_at_eight_in_Beijing(string now, string due) =>
        Assert.Equal(DateTimeOffset.Parse(due, null), SavedSearches.NextDaily(DateTimeOffset.Parse(now, null)));

    [Fact]
    public void Told_at_once_it_is_told_no_more_often_than_the_gap()
    {
        var now = DateTimeOffset.UnixEpoch;
        Assert.Equal(now, SavedSearches.NextAtOnce(null, now));
        Assert.Equal(now, SavedSearches.NextAtOnce(now - TimeSpan.FromHours(1), now));
        Assert.Equal(now + SavedSearches.Gap - TimeSpan.FromMinutes(1), SavedSearches.NextAtOnce(now - TimeSpan.FromMinutes(1), now));
    }
}
