using Marketplace.Domain.Demands;
using Marketplace.Domain.Notifications;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>
/// What owner and responders of a demand are told of a step, read before it is saved. A responder is told the public title
/// and nothing of the owner; reasons stand on the page.
/// </summary>
internal static class DemandNotices
{
    /// <summary>What one step of the demand tells.</summary>
    /// <param name="renewed">The step published other targets than stood before.</param>
    public static async Task<IReadOnlyList<Notice>> Of(MarketplaceDb db, Demand row, DemandAct act, ActedBy by, bool renewed, string? reason, DateTimeOffset at, CancellationToken token)
    {
        var told = new List<Notice>();
        switch (act)
        {
            case DemandAct.Publish:
                Owner(NoticeKind.DemandPublished, $"/demands/{row.Id}");
                if (renewed)
                    await Responders((r, _) => r.State == ResponseState.Standing && r.ConfirmedEdition < row.TargetsEdition ? (NoticeKind.ResponseToConfirm, [NoticeValue.Moment(row.Deadline!.Value)]) : null);
                break;
            case DemandAct.Return or DemandAct.Rediagnose:
                Owner(NoticeKind.DemandReturned, $"/desk/demands/{row.Id}/edit", NoticeValue.Text(reason ?? ""));
                break;
            case DemandAct.CloseIntake:
                Owner(NoticeKind.DemandToDecide, Work(row));
                break;
            case DemandAct.Choose:
                await Responders((r, was) => was != ResponseState.Standing ? null : r.State switch
                {
                    ResponseState.Chosen => (NoticeKind.ResponseChosen, []),
                    ResponseState.NotChosen => (NoticeKind.ResponseNotChosen, []),
                    _ => null,
                });
                break;
            case DemandAct.Decline:
                Owner(NoticeKind.ChoiceReopened, Work(row));
                await Responders((r, was) => r.State == ResponseState.Standing && was != ResponseState.Standing ? (NoticeKind.ChoiceReopened, []) : null);
                break;
            case DemandAct.EndNotice:
                Owner(NoticeKind.ResultNoticeOver, Work(row));
                await Responders((r, _) => r.State == ResponseState.Chosen ? (NoticeKind.ResultNoticeOver, []) : null);
                break;
            case DemandAct.CloseStage:
                await Responders((r, was) => was != ResponseState.Chosen ? null : (NoticeKind.LaneDecided, [NoticeValue.Word(r.State == ResponseState.Chosen ? "Lane.goesOn" : "Lane.stops")]));
                break;
            case DemandAct.Lapse or DemandAct.Withdraw or DemandAct.DeclareUnmet or DemandAct.Accept or DemandAct.Fail:
                // Whoever ended it knows; the owner hears of what the clock or its broker did.
                if (by.Organisation != row.Organisation) Owner(NoticeKind.DemandEnded, $"/demands/{row.Id}", EndOf(act));
                await Responders((r, was) => was is ResponseState.Standing or ResponseState.Chosen
                    ? (NoticeKind.DemandEnded, [r.State == ResponseState.Best ? NoticeValue.Word("Ended.best") : EndOf(act)])
                    : null);
                break;
        }

        return told;

        void Owner(NoticeKind kind, string url, params ReadOnlySpan<NoticeValue> values) =>
            told.Add(new Notice($"demand/{row.Id}/{row.Version}", kind, Recipient.Organisation(row.Organisation), $"{row.Id}", url, at, [NoticeValue.Text(row.Title), .. values]));

        // What the step moved is tracked: beside the new state stands the one that was read.
        async Task Responders(Func<DemandResponse, ResponseState, (NoticeKind Kind, NoticeValue[] Values)?> say)
        {
            // Of a demand that was taken back the row shows the draft, which nobody published.
            var title = NoticeValue.Text(row.PublicContent is { } known ? DemandContent.Read(known).Title : row.Title);
            foreach (var response in await db.Set<DemandResponse>().Where(r => r.Demand == row.Id).ToListAsync(token))
            {
                if (say(response, db.Entry(response).Property(r => r.State).OriginalValue) is not { } said) continue;
                told.Add(new Notice($"demand/{row.Id}/{row.Version}", said.Kind, Recipient.Organisation(response.Organisation), $"{row.Id}", $"/demands/{row.Id}/respond", at, [title, .. said.Values]));
            }
        }
    }

    /// <summary>What one step of a responder tells the owner, who reads names and contents of all responses, and the responder of what its agency did.</summary>
    /// <param name="agency">The name of the agency that acted for the responder.</param>
    public static IEnumerable<Notice> Of(Demand demand, DemandResponse row, ResponseAct act, string responder, string? agency, DateTimeOffset at)
    {
        var title = NoticeValue.Text(demand.Title);
        if (agency is not null)
            yield return new Notice(
                $"response/{row.Id}/{row.Version}", NoticeKind.ResponseByAgency, Recipient.Organisation(row.Organisation), $"{demand.Id}", $"/demands/{demand.Id}/respond", at,
                [title, NoticeValue.Text(agency), NoticeValue.Word($"ByAgency.{act}")]);
        NoticeKind? kind = act switch
        {
            ResponseAct.Respond => NoticeKind.ResponseCame,
            ResponseAct.Withdraw => NoticeKind.ResponseWithdrawn,
            _ => null,
        };
        if (kind is { } told)
            yield return new Notice($"response/{row.Id}/{row.Version}", told, Recipient.Organisation(demand.Organisation), $"{demand.Id}", Work(demand), at, [title, NoticeValue.Text(responder)]);
    }

    private static string Work(Demand row) => $"/desk/demands/{row.Id}/responses";

    private static NoticeValue EndOf(DemandAct act) => NoticeValue.Word($"Ended.{act}");
}
