using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>A letter as its organisation hands it in.</summary>
/// <param name="Id">Made before the form was shown, so that sending it twice hands in one.</param>
public sealed record GuaranteeWriting(Guid Id, string? Issuer, string? Number, long AmountFen, DateOnly? ValidUntil, KeptFile? File);

/// <summary>What is demanded of an issuer. It names no lot.</summary>
/// <param name="Reference">What the issuer writes into its transfer.</param>
public sealed record IssuerDemand(GuaranteeRow Letter, string Organisation, string Kind, long OutstandingFen, DateOnly Due, string Reference);

/// <summary>保函 in place of frozen money: handed in by its organisation, confirmed by an operator who asked the issuer, ended by the clock.</summary>
/// <remarks>Who may call is the caller's to check (<c>Act.FreezeDeposit</c>, <c>Act.ConfirmBankCredit</c>). An operator never learns here which lot rests on a letter.</remarks>
public sealed class GuaranteeLetters(IGrainFactory grains, IMarketplaceDbFactory databases, DepositAccounts deposits, INotifier notifier, TimeProvider clock)
{
    /// <summary>Due work of a letter: confirmed, near its last day, over. Its key is the book and the letter.</summary>
    public const string Work = "payments.guarantee";

    public static string KeyOf(string book, Guid letter) => $"{book}/{letter}";

    /// <summary>Order of refusals: NotFound, PaysByCard, the fields, GuaranteeDayPast, repeated or GuaranteeIdReused, GuaranteeNumberUsed.</summary>
    public async Task<Result<Nothing>> Submit(Guid organisation, GuaranteeWriting writing, Guid by, CancellationToken cancellation)
    {
        if (await deposits.BookOf(organisation, cancellation) is not { } book) return Refusal.NotFound;
        if (DepositAccounts.IsOfCards(book)) return Refusal.PaysByCard;
        var issuer = Text.Require(writing.Issuer?.Trim(), Guarantees.LongestIssuer, "issuer");
        if (!issuer.Done) return Result<Nothing>.Refuse(issuer.Refusal.Value, issuer.Detail);
        var number = Text.Require(string.Concat(Text.Narrow(writing.Number ?? "").Where(c => !char.IsWhiteSpace(c))), Guarantees.LongestNumber, "number");
        if (!number.Done) return Result<Nothing>.Refuse(number.Refusal.Value, number.Detail);
        if (writing.Id == Guid.Empty) return Refusal.MalformedRequest;
        if (!Fen.IsAmount(writing.AmountFen)) return Result<Nothing>.Refuse(Refusal.AmountOutOfRange, "amount");
        if (writing.ValidUntil is not { } until) return Result<Nothing>.Refuse(Refusal.Required, "validUntil");
        if (writing.File is not { } file) return Result<Nothing>.Refuse(Refusal.Required, "file");
        var now = clock.GetUtcNow();
        if (now >= Days.EndOf(until)) return Result<Nothing>.Refuse(Refusal.GuaranteeDayPast, "validUntil");
        await using var db = databases.Create();
        if (await db.Set<GuaranteeRow>().AsNoTracking().SingleOrDefaultAsync(g => g.Id == writing.Id, cancellation) is { } first)
        {
            var same = (first.Organisation, first.Issuer, first.Number, first.AmountFen, first.ValidUntil, first.FileSha256) == (organisation, issuer.Value, number.Value, writing.AmountFen, until, file.Sha256);
            return same ? default(Nothing) : Refusal.GuaranteeIdReused;
        }

        db.Add(new GuaranteeRow
        {
            Id = writing.Id,
            Book = book,
            Organisation = organisation,
            Issuer = issuer.Value,
            Number = number.Value,
            AmountFen = writing.AmountFen,
            ValidUntil = until,
            FileSha256 = file.Sha256,
            FileName = file.FileName,
            SubmittedAt = Instant.Cut(now),
            SubmittedBy = by,
        });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return default(Nothing);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            if (await db.Set<GuaranteeRow>().AnyAsync(g => g.Id == writing.Id && g.Organisation == organisation && g.FileSha256 == file.Sha256, cancellation)) return default(Nothing);
            if (!await db.Set<GuaranteeRow>().AnyAsync(g => g.Book == book && g.Issuer == issuer.Value && g.Number == number.Value && g.RefusedBecause == null && g.EndedAt == null, cancellation)) throw;
            return Result<Nothing>.Refuse(Refusal.GuaranteeNumberUsed, "number");
        }
    }

    /// <summary>The issuer says that the letter is its own. Confirmed and entered at once; a crash between the two is finished by the due work.</summary>
    /// <param name="demo">An operator of the demonstration sees the demonstration's alone, and the other way round.</param>
    public async Task<Result<Nothing>> Confirm(bool demo, Guid letter, Guid by, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await Known(db, demo, letter, cancellation) is not { } row) return Refusal.UnknownGuarantee;
        if (row.DecidedAt is not null) return row.RefusedBecause is null ? default(Nothing) : Refusal.GuaranteeDecided;
        var now = clock.GetUtcNow();
        // In one statement: of two operators who decide, one does.
        var changed = await db.WriteAsync(
            async token =>
            {
                var rows = await db.Set<GuaranteeRow>().Where(g => g.Id == letter && g.DecidedAt == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(g => g.DecidedBy, by).SetProperty(g => g.DecidedAt, now), token);
                if (rows == 1) await db.SaveWithWork(Work, KeyOf(row.Book, letter), now, token);
                return rows;
            },
            cancellation);
        if (changed != 1) return Refusal.GuaranteeDecided;
        await Look(letter, cancellation);
        return default(Nothing);
    }

    public async Task<Result<Nothing>> Refuse(bool demo, Guid letter, string? reason, Guid by, CancellationToken cancellation)
    {
        var said = Text.Require(reason?.Trim(), Domain.Payments.Deposits.LongestReason, "reason");
        if (!said.Done) return Result<Nothing>.Refuse(said.Refusal.Value, said.Detail);
        await using var db = databases.Create();
        if (await Known(db, demo, letter, cancellation) is not { } row) return Refusal.UnknownGuarantee;
        if (row.DecidedAt is not null) return row.RefusedBecause == said.Value ? default(Nothing) : Refusal.GuaranteeDecided;
        var now = clock.GetUtcNow();
        var changed = await db.WriteAsync(
            async token =>
            {
                var rows = await db.Set<GuaranteeRow>().Where(g => g.Id == letter && g.DecidedAt == null).ExecuteUpdateAsync(
                    set => set.SetProperty(g => g.DecidedBy, by).SetProperty(g => g.DecidedAt, now).SetProperty(g => g.RefusedBecause, said.Value), token);
                if (rows != 1) return rows;
                Tell(db, row, NoticeKind.GuaranteeRefused, row.Organisation, "refused", "/desk/account", NoticeValue.Text(said.Value));
                await db.SaveChangesAsync(token);
                return rows;
            },
            cancellation);
        return changed == 1 ? default(Nothing) : Refusal.GuaranteeDecided;
    }

    /// <summary>The organisation asks for a letter back on which nothing rests.</summary>
    public async Task<Result<Nothing>> Return(Guid letter, Guid organisation, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var row = await db.Set<GuaranteeRow>().AsNoTracking().SingleOrDefaultAsync(g => g.Id == letter && g.Organisation == organisation && g.ConfirmedAt != null, cancellation);
        return row is null ? Refusal.UnknownGuarantee : (await Book(row).ReturnGuarantee(letter, organisation)).Then(_ => Result<Nothing>.Of(default));
    }

    /// <summary>What issuers have to pay on demand, the first due first.</summary>
    public async Task<IReadOnlyList<IssuerDemand>> Demands(bool demo, int most, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var book = DepositAccounts.BookOf(demo);
        var open = await (
            from o in db.Set<ObligationRow>().AsNoTracking()
            join h in db.Set<HoldRow>().AsNoTracking() on new { Organisation = o.Debtor, Auction = o.About } equals new { h.Organisation, h.Auction }
            join g in db.Set<GuaranteeRow>().AsNoTracking() on h.Letter equals (Guid?)g.Id
            join owner in db.Set<Organisation>().AsNoTracking() on o.Debtor equals owner.Id
            where o.Book == book && o.Kind == ObligationKind.GuaranteeCall && o.Cancelled == null && o.PaidFen < o.AmountFen && h.State == HoldState.Forfeited
            orderby o.Due, o.Id
            select new { Letter = g, owner.Name, o.Id, Market = o.Creditor == null, Outstanding = o.AmountFen - o.PaidFen, o.Due }).Take(most).ToListAsync(cancellation);
        var demands = new List<IssuerDemand>();
        foreach (var o in open) demands.Add(new IssuerDemand(o.Letter, o.Name, o.Market ? "Costs" : "Rest", o.Outstanding, o.Due, await deposits.ReferenceOf(o.Letter.Organisation, cancellation, o.Id)));
        return demands;
    }

    /// <summary>Whether anything rests on a letter: all that an operator learns of it, and only near its last day.</summary>
    public async Task<bool> IsInUse(Guid letter, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<HoldRow>().AnyAsync(h => h.Letter == letter && (h.State == HoldState.Placed || h.State == HoldState.Bound), cancellation);
    }

    /// <summary>The first moment at which whoever has to act is told.</summary>
    public static DateTimeOffset WarnAt(DateOnly validUntil) => Days.EndOf(validUntil.AddDays(-Guarantees.WarnDays));

    /// <summary>Due work: enters what was confirmed, warns, ends.</summary>
    internal static Task<DateTimeOffset?> Go(IServiceProvider services, string key, CancellationToken cancellation) =>
        services.GetRequiredService<GuaranteeLetters>().Look(Guid.Parse(key[(key.LastIndexOf('/') + 1)..]), cancellation);

    private async Task<DateTimeOffset?> Look(Guid letter, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<GuaranteeRow>().AsNoTracking().SingleOrDefaultAsync(g => g.Id == letter, cancellation) is not { DecidedBy: { } by, RefusedBecause: null, Ended: null } row) return null;
        if (row.ConfirmedAt is null)
        {
            var entered = await Book(row).ConfirmGuarantee(
                new ConfirmGuarantee(letter, row.Organisation, row.AmountFen, row.Issuer, row.Number, row.ValidUntil, row.SubmittedAt, row.FileSha256, by));
            if (!entered.Done) throw new InvalidOperationException($"No letter: {entered.Refusal} {entered.Detail}");
        }

        var (now, warn, over) = (clock.GetUtcNow(), WarnAt(row.ValidUntil), Days.EndOf(row.ValidUntil));
        if (now < warn) return warn;
        if (now >= over)
        {
            var ended = await Book(row).ExpireGuarantee(letter);
            // What rests on it wakes this when it lets go.
            if (ended.Refusal is null or Refusal.GuaranteeInUse) return null;
            // The clock of another node is ahead of the book's.
            return ended.Refusal == Refusal.GuaranteeStillGood ? now + TimeSpan.FromSeconds(1) : throw new InvalidOperationException($"No end: {ended.Refusal}");
        }

        if (await IsInUse(letter, cancellation))
        {
            Tell(db, row, NoticeKind.GuaranteeExpires, row.Organisation, "expires", "/desk/account", NoticeValue.Day(row.ValidUntil));
            var demo = DepositAccounts.IsOfDemo(row.Book);
            foreach (var desk in await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Operator && o.Demo == demo).Select(o => o.Id).ToListAsync(cancellation))
            {
                Tell(db, row, NoticeKind.GuaranteeToExtend, desk, "expires", "/desk/guarantees", NoticeValue.Day(row.ValidUntil));
            }

            await db.SaveChangesAsync(cancellation);
            return over;
        }

        // Something may rest on it yet.
        return now.AddDays(1) < over ? now.AddDays(1) : over;
    }

    private void Tell(MarketplaceDb db, GuaranteeRow row, NoticeKind kind, Guid to, string what, string path, NoticeValue value) => notifier.Tell(
        db, [new Notice($"guarantee/{row.Id}/{what}", kind, Recipient.Organisation(to), $"{row.Id}", path, clock.GetUtcNow(), [NoticeValue.Text(row.Issuer), NoticeValue.Text(row.Number), value])]);

    private static Task<GuaranteeRow?> Known(MarketplaceDb db, bool demo, Guid letter, CancellationToken cancellation)
    {
        var book = DepositAccounts.BookOf(demo);
        return db.Set<GuaranteeRow>().AsNoTracking().SingleOrDefaultAsync(g => g.Id == letter && g.Book == book, cancellation);
    }

    private IBookGrain Book(GuaranteeRow row) => grains.GetGrain<IBookGrain>(row.Book);
}
