using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;

namespace Marketplace.Matching;

/// <summary>How pages write where an introduction stands.</summary>
public static class MatchingLook
{
    public static (string Key, string Tone) State(Introduction introduction, DateTimeOffset now) => introduction.State switch
    {
        IntroductionState.Open => introduction.IsSealed ? ("Sealed", "plan") : introduction.IsOpen(now) ? ("Open", "warn") : ("Lapsed", "off"),
        IntroductionState.Confirmed => introduction.IsProtected(now) ? ("Protected", "ok") : ("Over", "off"),
        IntroductionState.Declined => ("Declined", "off"),
        IntroductionState.Withdrawn => ("Withdrawn", "off"),
        IntroductionState.Refused => ("Refused", "bad"),
    };

    /// <summary>The protection ends within 30 days.</summary>
    public static bool EndsSoon(Introduction introduction, DateTimeOffset now) =>
        introduction.IsProtected(now) && introduction.ProtectedUntil < Days.Of(now).AddDays(30);
}
