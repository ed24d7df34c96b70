using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

public sealed class TextTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("科技成果 \u202E \u200B 😀", true)]
    [InlineData("<script>alert(1)</script>", true)]
    [InlineData("a\0b", false)]
    public void Any_text_is_stored_unless_no_database_can_hold_it(string text, bool storable) => Assert.Equal(storable, Text.IsStorable(text));

    [Fact]
    public void Half_a_character_is_not_stored()
    {
        // Attributes are stored as UTF-8 and would not keep these.
        foreach (var text in (string[])["\uD800", "\uDC00", "\uDE00\uD83D", "😀\uD83D", "\uD83Da"]) Assert.False(Text.IsStorable(text));
    }

    [Fact]
    public void A_required_text_comes_back_unchanged_or_is_refused_by_name()
    {
        Assert.Equal(" 成果 ", Text.Require(" 成果 ", 4, "title").Value);
        Refused(Refusal.Required, Text.Require(null, 4, "title"));
        Refused(Refusal.Required, Text.Require(" \t", 4, "title"));
        Refused(Refusal.TooLong, Text.Require("12345", 4, "title"));
        Refused(Refusal.TextNotAllowed, Text.Require("1\0", 4, "title"));
        Assert.Null(Text.Allow(" ", 4, "title").Value);

        static void Refused(Refusal refusal, Result<string> result)
        {
            Assert.Equal((refusal, "title"), (result.Refusal, result.Detail));
            Assert.Throws<InvalidOperationException>(() => result.Value);
        }
    }
}
