using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>
/// 优先竞买代码: what the seller writes into the notice to one holder. Whoever applies with it has the holder's rank, and
/// nobody has to see who that is. Private: only the seller reads the code, nobody whose application used it.
/// </summary>
public sealed class PriorityCode
{
    public required string Lot { get; init; }

    /// <summary>As the gate names the holder.</summary>
    public required string Holder { get; init; }
    public required string Code { get; init; }
    public required int Rank { get; set; }
    public Guid? UsedBy { get; set; }
}

internal sealed class HolderTables : IEntityTypeConfiguration<PriorityCode>
{
    public void Configure(EntityTypeBuilder<PriorityCode> builder)
    {
        builder.ToTable("priority_codes").HasKey(c => new { c.Lot, c.Holder });
        builder.Property(c => c.Lot).HasMaxLength(60);
        builder.Property(c => c.Holder).HasMaxLength(Holders.MostName);
        builder.Property(c => c.Code).HasMaxLength(20);
        builder.HasIndex(c => c.Code).IsUnique();
        builder.Property(c => c.UsedBy).IsConcurrencyToken();
        builder.HasIndex(c => c.UsedBy).IsUnique();
    }
}

/// <summary>The holders of 优先受让权 of a lot: who they are, their codes, and how one comes to its rank in the bidding.</summary>
public sealed class Holders(MarketplaceDb db, Applications applications, IGrainFactory grains, TimeProvider clock)
{
    public const int MostName = 200;

    private const string Letters = "23456789BCDFGHJKMNPQRSTVWXYZ";

    /// <summary>
    /// A holder whom the achievement's data do not show: by agreement, or who ordered or shared the development. Order of refusals:
    /// LotFixed, MalformedRequest, GroundNeedsApplication, those of the text.
    /// </summary>
    public async Task<Result<Nothing>> Name(Lot lot, string? name, PriorityGround ground, CancellationToken cancellation = default)
    {
        if (lot.State is not (LotState.Draft or LotState.Offered)) return Refusal.LotFixed;
        if (ground is PriorityGround.Completer || !Enum.IsDefined(ground)) return Result<Nothing>.Refuse(Refusal.MalformedRequest, "ground");
        var pending = await db.Set<LotGate>().AnyAsync(g => g.Lot == lot.Id && g.Gate == Gate.LegalStatus && g.Status == IpStatus.Pending, cancellation);
        if (!Priority.Knows(ground, pending)) return Result<Nothing>.Refuse(Refusal.GroundNeedsApplication, "ground");
        var text = Text.Require(name, MostName, "holder");
        if (!text.Done) return text.Then<Nothing>(_ => default(Nothing));
        var row = await db.Set<LotGate>().SingleOrDefaultAsync(g => g.Lot == lot.Id && g.Gate == Gate.PriorityHolders && g.Party == text.Value, cancellation);
        if (row is null) db.Add(row = new LotGate { Lot = lot.Id, Gate = Gate.PriorityHolders, Party = text.Value });
        row.HolderAdded = ground;
        lot.Edition++;
        await Provide(lot.Id, text.Value, row.HolderRank ?? Priority.RankOf(ground), cancellation);
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>Takes back a holder whom the seller named; one by the achievement's data stays.</summary>
    public async Task<Result<Nothing>> Forget(Lot lot, string? name, CancellationToken cancellation = default)
    {
        if (lot.State is not (LotState.Draft or LotState.Offered)) return Refusal.LotFixed;
        var row = await db.Set<LotGate>().SingleOrDefaultAsync(g => g.Lot == lot.Id && g.Gate == Gate.PriorityHolders && g.Party == name && g.HolderAdded != null, cancellation);
        if (row is null) return default(Nothing);
        db.Remove(row);
        if (await db.Set<PriorityCode>().FindAsync([lot.Id, row.Party], cancellation) is { } code) db.Remove(code);
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>A code for a holder, made once; the rank follows what the seller says until the announcement. The caller saves.</summary>
    public async Task Provide(string lot, string holder, int rank, CancellationToken cancellation)
    {
        if (await db.Set<PriorityCode>().FindAsync([lot, holder], cancellation) is { } code) code.Rank = rank;
        else db.Add(new PriorityCode { Lot = lot, Holder = holder, Code = $"YX-{RandomNumberGenerator.GetString(Letters, 5)}-{RandomNumberGenerator.GetString(Letters, 5)}", Rank = rank });
    }

    /// <summary>For the seller's own form and for nobody else.</summary>
    public async Task<IReadOnlyDictionary<string, string>> CodesForSeller(string lot, CancellationToken cancellation = default) =>
        await db.Set<PriorityCode>().AsNoTracking().Where(c => c.Lot == lot).ToDictionaryAsync(c => c.Holder, c => c.Code, cancellation);

    /// <summary>The lot has holders who did not waive, so an applicant is asked for a code.</summary>
    public Task<bool> AnyOf(string lot, CancellationToken cancellation = default) =>
        db.Set<LotGate>().AnyAsync(g => g.Lot == lot && g.Gate == Gate.PriorityHolders && g.Party != "" && g.HolderAnswer != HolderAnswer.Waives, cancellation);

    /// <summary>
    /// Shows the code of a notice. Order of refusals: Required, PriorityCodeUnknown, PriorityWaived, PriorityCodeUsed, RankGiven (by another
    /// code), RankAfterBid, those of <see cref="Application.Claim"/>. What the auction must know of it is due work of the admission.
    /// </summary>
    public async Task<Result<Application>> Claim(
        Lot lot, Application application, string? code, string? sha256, string? fileName, CancellationToken cancellation = default)
    {
        var found = await Find(lot.Id, code, application.Id, cancellation);
        if (!found.Done) return Result<Application>.Refuse(found.Refusal.Value, "code");
        if (await HasAnother(found.Value, application.Id, cancellation)) return Result<Application>.Refuse(Refusal.RankGiven, "code");
        if (application.AdmittedAt is not null && await HasBid(application, cancellation)) return Result<Application>.Refuse(Refusal.RankAfterBid, "code");
        var claimed = application.Claim(Applications.Seen(lot), found.Value.Rank, sha256, fileName, clock.GetUtcNow());
        if (!claimed.Done) return claimed;
        applications.Change(application, claimed.Value);
        return await Take(found.Value, application, cancellation);
    }

    /// <summary>
    /// Starts an application with the code of a notice: both or neither. Whoever already applied claims. Order of refusals:
    /// Required, PriorityCodeUnknown, PriorityWaived, PriorityCodeUsed, those of an application.
    /// </summary>
    public async Task<Result<Application>> Apply(
        Lot lot, Membership member, Guid person, string? code, string? sha256, string? fileName, CancellationToken cancellation = default)
    {
        if (await applications.Find(lot.Id, member.Organisation, cancellation) is { } before) return await Claim(lot, before, code, sha256, fileName, cancellation);
        var found = await Find(lot.Id, code, null, cancellation);
        if (!found.Done) return Result<Application>.Refuse(found.Refusal.Value, "code");
        var started = await applications.Begin(lot, member, person, found.Value.Rank, cancellation);
        var claimed = started.Then(a => a.Claim(Applications.Seen(lot), found.Value.Rank, sha256, fileName, clock.GetUtcNow()));
        if (!claimed.Done) return claimed;
        db.Add(claimed.Value);
        return await Take(found.Value, claimed.Value, cancellation);
    }

    /// <summary>Tells the auction the rank of an admitted paddle; a claim that came after its first bid ends.</summary>
    public async Task Grant(Application application, int paddle)
    {
        if (application is not { PriorityRank: { } rank, PriorityGrantedAt: null }) return;
        // The code itself decides, not what the application says of it: one code ranks one paddle.
        var code = await db.Set<PriorityCode>().SingleOrDefaultAsync(c => c.Lot == application.Auction && c.UsedBy == application.Id);
        if (code is not null)
        {
            var granted = await grains.GetGrain<IAuctionGrain>(application.Auction).GrantPriority(paddle, rank);
            if (granted.Done)
            {
                applications.Change(application, application with { PriorityGrantedAt = clock.GetUtcNow() });
                return;
            }

            if (granted.Refusal is not (Refusal.RankAfterBid or Refusal.AlreadyEnded)) throw new InvalidOperationException($"An auction did not take a rank: {granted.Refusal}");
            code.UsedBy = null;
        }

        applications.Change(application, application with { PriorityRank = null, PriorityAt = null });
    }

    /// <summary>The code and the application in one save: of two that come at once one has it.</summary>
    private async Task<Result<Application>> Take(PriorityCode code, Application application, CancellationToken cancellation)
    {
        var (lot, holder) = (code.Lot, code.Holder);
        code.UsedBy = application.Id;
        try
        {
            await db.SaveWithWork(Applications.AdmitWork, application.Id.ToString(), clock.GetUtcNow(), cancellation);
            return application;
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            var taken = await db.Set<PriorityCode>().AsNoTracking().SingleOrDefaultAsync(c => c.Lot == lot && c.Holder == holder && c.UsedBy != null, cancellation);
            if (taken is null) throw;
            // The same organisation clicked twice: what the first click did stands.
            return await applications.Find(lot, application.Organisation, cancellation) is { } own && own.Id == taken.UsedBy ? own : Result<Application>.Refuse(Refusal.PriorityCodeUsed, "code");
        }
    }

    /// <summary>The code of a notice shown at the check-in desk, for one of these lots; refused when another bidder used it.</summary>
    public async Task<Result<PriorityCode>> AtDesk(IReadOnlyCollection<string> lots, Guid organisation, string code, CancellationToken cancellation)
    {
        var wanted = code.Trim().ToUpperInvariant();
        var row = await db.Set<PriorityCode>().SingleOrDefaultAsync(c => lots.Contains(c.Lot) && c.Code == wanted, cancellation);
        if (row is null) return Result<PriorityCode>.Refuse(Refusal.PriorityCodeUnknown, "code");
        if (await Waived(row, cancellation)) return Result<PriorityCode>.Refuse(Refusal.PriorityWaived, "code");
        var own = row.UsedBy is not { } used || await db.Set<PaddleRow>().AnyAsync(p => p.Application == used && p.Organisation == organisation, cancellation);
        return own ? row : Result<PriorityCode>.Refuse(Refusal.PriorityCodeUsed, "code");
    }

    /// <summary>The rank of a paddle that was handed out: the code is spent first, so that nobody shows it a second time.</summary>
    public async Task<Result<int>> GrantAtDesk(PriorityCode code, PaddleRow paddle, CancellationToken cancellation)
    {
        if (await HasAnother(code, paddle.Application, cancellation)) return Result<int>.Refuse(Refusal.RankGiven, "code");
        code.UsedBy = paddle.Application;
        await db.SaveChangesAsync(cancellation);
        var granted = await grains.GetGrain<IAuctionGrain>(paddle.Auction).GrantPriority(paddle.Paddle, code.Rank);
        if (granted.Done) return granted;
        code.UsedBy = null;
        await db.SaveChangesAsync(cancellation);
        return Result<int>.Refuse(granted.Refusal.Value, "code");
    }

    private async Task<Result<PriorityCode>> Find(string lot, string? code, Guid? application, CancellationToken cancellation)
    {
        var wanted = code?.Trim().ToUpperInvariant();
        if (string.IsNullOrEmpty(wanted)) return Refusal.Required;
        if (await db.Set<PriorityCode>().SingleOrDefaultAsync(c => c.Lot == lot && c.Code == wanted, cancellation) is not { } row) return Refusal.PriorityCodeUnknown;
        return await Waived(row, cancellation) ? Refusal.PriorityWaived : row.UsedBy is { } other && other != application ? Refusal.PriorityCodeUsed : row;
    }

    private Task<bool> Waived(PriorityCode code, CancellationToken cancellation) =>
        db.Set<LotGate>().AnyAsync(g => g.Lot == code.Lot && g.Gate == Gate.PriorityHolders && g.Party == code.Holder && g.HolderAnswer == HolderAnswer.Waives, cancellation);

    private Task<bool> HasAnother(PriorityCode code, Guid application, CancellationToken cancellation) =>
        db.Set<PriorityCode>().AnyAsync(c => c.UsedBy == application && c.Code != code.Code, cancellation);

    private async Task<bool> HasBid(Application application, CancellationToken cancellation)
    {
        var paddle = await db.Set<PaddleRow>().AsNoTracking().SingleOrDefaultAsync(p => p.Application == application.Id, cancellation);
        return paddle is not null && await grains.GetGrain<IAuctionGrain>(application.Auction).LookAt(paddle.Paddle) is { HasBid: true };
    }
}
