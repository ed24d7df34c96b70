using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>
/// What the three of an introduction are told. Each owner reads its own thing's title and the number, the agency that of the
/// achievement: who is behind a demand stands in no notice. Of a sealed claim nobody is told anything before the close.
/// </summary>
public static class IntroductionNotices
{
    /// <summary>Looks whether an introduction has lapsed. Key: its id.</summary>
    public const string EndWork = "matching.end";

    private static readonly IntroductionSide[] Both = [IntroductionSide.Demand, IntroductionSide.Supply];

    /// <summary>What one step tells, of the row as it stands after it.</summary>
    public static IEnumerable<Notice> Of(IntroductionRow row, IntroductionAct act, DateTimeOffset at)
    {
        var introduction = row.Read();
        // What was taken back under the seal is opened too, and is no news to anybody.
        if (introduction.IsSealed || (act is IntroductionAct.Open && introduction.State is not IntroductionState.Open)) return [];
        var id = $"introduction/{row.Id}/{row.Version}";
        return act switch
        {
            IntroductionAct.Claim => Both.Select(side => Proposed(row, introduction, side, id, at)),
            IntroductionAct.Open => Both.Where(side => introduction.Of(side) is null).Select(side => Proposed(row, introduction, side, id, at)).Append(ToAgency(row, NoticeKind.IntroductionOpened, id, at, Last(introduction))),
            IntroductionAct.Confirm when introduction.ProtectedUntil is { } until => ToAll(row, NoticeKind.IntroductionConfirmed, id, at, NoticeValue.Day(until)),
            IntroductionAct.Confirm => Both.Where(side => introduction.Of(side) is null).Select(side => ToOwner(row, side, NoticeKind.IntroductionAnswered, id, at, Last(introduction)))
                .Append(ToAgency(row, NoticeKind.IntroductionAnswered, id, at, Last(introduction))),
            IntroductionAct.Decline => ToAll(row, NoticeKind.IntroductionEnded, id, at, NoticeValue.Word("Ended.declined")),
            // The agency did it itself.
            IntroductionAct.Withdraw => Both.Select(side => ToOwner(row, side, NoticeKind.IntroductionEnded, id, at, NoticeValue.Word("Ended.withdrawn"))),
            IntroductionAct.Refuse => Both.Select(side => ToOwner(row, side, NoticeKind.IntroductionEnded, id, at, NoticeValue.Word("Ended.refused")))
                .Append(ToAgency(row, NoticeKind.ClaimRefused, id, at, NoticeValue.Text(introduction.Reason ?? ""))),
            IntroductionAct.Seal => [],
        };
    }

    /// <summary>The claim that stands after the operator's decision: from now on both owners can confirm it.</summary>
    public static IEnumerable<Notice> Upheld(IntroductionRow row, Guid decision, DateTimeOffset at)
    {
        var (introduction, id) = (row.Read(), $"introduction/{row.Id}/decision/{decision}");
        return Both.Where(side => introduction.Of(side) is null).Select(side => Proposed(row, introduction, side, id, at)).Append(ToAgency(row, NoticeKind.ClaimUpheld, id, at, Last(introduction)));
    }

    /// <summary>A finding on the fee, or that it falls away: to all three, with its reason.</summary>
    public static IEnumerable<Notice> Found(IntroductionRow row, FeeFindingRow finding) => ToAll(
        row, finding.Made ? NoticeKind.FeeFound : NoticeKind.FeeFindingEnded, $"introduction/{row.Id}/fee/{finding.Command}", finding.At, NoticeValue.Text(finding.Reason), NoticeValue.Word($"Fee.{finding.Finding}"));

    /// <summary>Saves what was changed, and looks again when the days of the introduction are over.</summary>
    public static Task SaveWithEnd(MarketplaceDb db, IntroductionRow row, CancellationToken token) => db.SaveWithWork(EndWork, row.Id.ToString(), Days.EndOf(row.Read().StandsUntil), token);

    /// <summary>Due work: that it lapsed follows from the day and is no state; it is told once.</summary>
    public static async Task<DateTimeOffset?> Lapse(IServiceProvider services, string key, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<MarketplaceDb>();
        var id = Guid.Parse(key);
        if (await db.Set<IntroductionRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, cancellation) is not { State: IntroductionState.Open, IsSealed: false } row) return null;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (row.Read().IsOpen(now)) return Days.EndOf(row.Read().StandsUntil);
        services.GetRequiredService<INotifier>().Tell(db, ToAll(row, NoticeKind.IntroductionEnded, $"introduction/{row.Id}/lapsed", now, NoticeValue.Word("Ended.lapsed")));
        await db.SaveChangesAsync(cancellation);
        return null;
    }

    private static NoticeValue Last(Introduction introduction) => NoticeValue.Day(introduction.StandsUntil);

    private static Notice Proposed(IntroductionRow row, Introduction introduction, IntroductionSide side, string id, DateTimeOffset at) =>
        ToOwner(row, side, NoticeKind.IntroductionProposed, id, at, Last(introduction));

    private static IEnumerable<Notice> ToAll(IntroductionRow row, NoticeKind kind, string id, DateTimeOffset at, params NoticeValue[] values) =>
        Both.Select(side => ToOwner(row, side, kind, id, at, values)).Append(ToAgency(row, kind, id, at, values));

    private static Notice ToOwner(IntroductionRow row, IntroductionSide side, NoticeKind kind, string id, DateTimeOffset at, params NoticeValue[] values) => side switch
    {
        IntroductionSide.Demand => To(row, row.DemandOwner, row.DemandTitle, kind, id, at, values),
        IntroductionSide.Supply => To(row, row.AchievementOwner, row.AchievementTitle, kind, id, at, values),
    };

    private static Notice ToAgency(IntroductionRow row, NoticeKind kind, string id, DateTimeOffset at, params NoticeValue[] values) => To(row, row.Agency, row.AchievementTitle, kind, id, at, values);

    private static Notice To(IntroductionRow row, Guid recipient, string title, NoticeKind kind, string id, DateTimeOffset at, params NoticeValue[] values) => new(
        id, kind, Recipient.Organisation(recipient), $"{row.Id}", $"/introductions/{row.Id}", at, [NoticeValue.Text(title), NoticeValue.Text(row.Number), .. values]);
}
