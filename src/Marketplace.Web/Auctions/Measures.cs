using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// What the market's people do about a lot in trouble: a pause and its end by one, everything that takes a lot or a
/// result away by two. Whoever calls has asked the policy.
/// </summary>
public sealed class Measures(MarketplaceDb db, Approvals approvals, IGrainFactory grains)
{
    /// <summary>Due work that carries out what was confirmed.</summary>
    public const string Work = "auctions.measure";

    /// <summary>What the names of all kinds begin with.</summary>
    internal const string Prefix = "auctions.";

    /// <summary>The name under which a kind is proposed.</summary>
    public static string NameOf(MeasureKind kind) => Prefix + kind;

    public static MeasureKind? KindOf(string what) =>
        what.StartsWith(Prefix, StringComparison.Ordinal) && Enum.TryParse<MeasureKind>(what[Prefix.Length..], out var kind) && NameOf(kind) == what ? kind : null;

    /// <summary>Who may propose and confirm a kind.</summary>
    public static Act ActFor(MeasureKind kind) => kind switch
    {
        MeasureKind.Cancel => Act.CancelLot,
        MeasureKind.Void => Act.VoidResult,
        MeasureKind.Default or MeasureKind.SellerRefuses => Act.RecordDefault,
    };

    /// <summary>Order of refusals: LotNotAnnounced, the text, then as the rules say.</summary>
    public async Task<Result<Nothing>> Pause(Lot lot, Guid command, PausedBy by, PauseCause cause, string? text, Guid person, CancellationToken cancellation = default)
    {
        if (lot.State != LotState.Announced) return Refusal.LotNotAnnounced;
        var said = Text.Require(text, Pausing.MostText, "text");
        if (!said.Done) return Result<Nothing>.Refuse(said.Refusal.Value, said.Detail);
        await approvals.Note(command, "auctions.Pause", lot.Id, person, cancellation);
        return (await Grain(lot).Pause(command.ToString(), by, cause, said.Value.Trim())).Then(_ => Result<Nothing>.Of(default));
    }

    /// <summary>Order of refusals: LotNotAnnounced, DepositBeingMatched, then as the rules say.</summary>
    public async Task<Result<DateTimeOffset>> Restart(Lot lot, Guid command, DateTimeOffset restartsAt, Guid person, CancellationToken cancellation = default)
    {
        if (lot.State != LotState.Announced) return Refusal.LotNotAnnounced;
        if ((await Grain(lot).Course()).IsHeld) return Refusal.DepositBeingMatched;
        await approvals.Note(command, "auctions.Restart", lot.Id, person, cancellation);
        return await Grain(lot).Restart(command.ToString(), restartsAt);
    }

    public async Task<Result<Nothing>> LiftStop(Lot lot, Guid command, Guid person, CancellationToken cancellation = default)
    {
        if (lot.State != LotState.Announced) return Refusal.LotNotAnnounced;
        await approvals.Note(command, "auctions.LiftStop", lot.Id, person, cancellation);
        return (await Grain(lot).LiftStop(command.ToString())).Then(_ => Result<Nothing>.Of(default));
    }

    /// <summary>Order of refusals: LotNotAnnounced, NotInARehearsal, what the lot does not allow now, Required (ground), ProposalOpen, the text.</summary>
    public async Task<Result<Approval>> Propose(
        Lot lot, Guid id, MeasureKind kind, string? ground, string? text, (string Sha256, string Name)? evidence, Guid person, CancellationToken cancellation = default)
    {
        if (lot.State != LotState.Announced) return Refusal.LotNotAnnounced;
        if (lot.RehearsalOf is not null) return Refusal.NotInARehearsal;
        var course = await Grain(lot).Course();
        if (!course.May.HasFlag(Measure.RemedyOf(kind))) return Measure.RefusalOf(kind, course);
        var grounds = Measure.GroundsOf(kind);
        if (grounds.Length > 0 && !grounds.Contains(ground)) return Result<Approval>.Refuse(Refusal.Required, "ground");
        return await approvals.Propose(id, NameOf(kind), lot.Id, grounds.Length > 0 ? ground! : "", text, evidence, person, lot.Demo, cancellation);
    }

    /// <summary>Confirms and carries out at once; a crash between the two is finished by the due work.</summary>
    public async Task<Result<Approval>> Confirm(Approval approval, Guid person, CancellationToken cancellation = default)
    {
        var confirmed = await approvals.Confirm(approval, person, Work, cancellation);
        if (confirmed.Done) await Carry(approval.Id, cancellation);
        return confirmed;
    }

    public async Task Carry(Guid id, CancellationToken cancellation)
    {
        var approval = await approvals.Find(id, cancellation);
        if (approval is not { ConfirmedAt: not null, DoneAt: null } || KindOf(approval.What) is not { } kind) return;
        var carried = await grains.GetGrain<IAuctionGrain>(approval.Subject)
            .Carry(new Measure(approval.Id.ToString(), kind, approval.Ground, approval.Reason, approval.EvidenceSha256));
        try
        {
            await approvals.Done(approval, carried.Refusal, cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The other of the two that carry it out was faster; the auction did it once.
            await db.Entry(approval).ReloadAsync(cancellation);
        }
    }

    /// <summary>An auction that still stands still after the days that the rules give: an alarm, once a day until somebody acts.</summary>
    internal static async Task<DateTimeOffset?> Remind(IServiceProvider services, string auction, CancellationToken cancellation)
    {
        var resumeBy = await services.GetRequiredService<MarketplaceDb>().Set<Lot>().AsNoTracking().Where(l => l.Id == auction && l.PausedAt != null).Select(l => l.ResumeBy).SingleOrDefaultAsync(cancellation);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (resumeBy is not { } by) return null;
        if (now < by) return by;
        services.GetRequiredService<ILogger<Measures>>().PausedTooLong(auction, by);
        return now + TimeSpan.FromDays(1);
    }

    private IAuctionGrain Grain(Lot lot) => grains.GetGrain<IAuctionGrain>(lot.Id);
}

internal static partial class MeasuresLog
{
    [LoggerMessage(50, LogLevel.Error, "{Auction} should have gone on by {ResumeBy:O} and still stands still")]
    public static partial void PausedTooLong(this ILogger log, string auction, DateTimeOffset resumeBy);
}
