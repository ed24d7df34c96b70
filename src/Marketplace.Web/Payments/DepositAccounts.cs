using System.Security.Cryptography;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>What a payment reference stands for.</summary>
/// <param name="Obligation">What the money is for; null for the organisation's account.</param>
public sealed record ReferenceOwner(Guid Id, string Name, Guid? Obligation);

/// <summary>保证金账户: what the other capabilities say to the ledger. Every call may be repeated with the same id.</summary>
/// <remarks>
/// It decides nothing: it finds the book and asks it. Who may call is the caller's to check
/// (<c>Act.FreezeDeposit</c>, <c>Act.ConfirmBankCredit</c>); nothing here writes a log that names organisation and lot.
/// </remarks>
public sealed class DepositAccounts(IGrainFactory grains, IMarketplaceDbFactory databases)
{
    public const string RealBook = "custodian";
    public const string DemoBook = "demo:custodian";

    /// <summary>Money that came by card, from organisations abroad: it lies with the provider, not with the custodian.</summary>
    public const string CardBook = "cards";
    public const string DemoCardBook = "demo:cards";

    /// <summary>What the ids of demonstration auctions begin with.</summary>
    public const string DemoPrefix = "demo:";

    public static string BookOf(bool demo) => demo ? DemoBook : RealBook;

    public static string CardBookOf(bool demo) => demo ? DemoCardBook : CardBook;

    /// <summary>The custodian's and that of cards.</summary>
    public static string[] BooksOf(bool demo) => [BookOf(demo), CardBookOf(demo)];

    public static string[] DemoBooks => BooksOf(demo: true);

    public static bool IsOfCards(string book) => book is CardBook or DemoCardBook;

    public static bool IsOfDemo(string book) => book.StartsWith(DemoPrefix, StringComparison.Ordinal);

    /// <summary>The book that an organisation's own account is in; null for one that nobody knows.</summary>
    public async Task<string?> BookOf(Guid organisation, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var known = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == organisation).Select(o => new { o.Demo, Abroad = o.Country != null }).SingleOrDefaultAsync(cancellation);
        return known is null ? null : known.Abroad ? CardBookOf(known.Demo) : BookOf(known.Demo);
    }

    /// <summary>The operator confirms an entry of the bank's statement.</summary>
    /// <param name="organisation">From <see cref="FindByReference"/>; null puts the money into 暂收.</param>
    /// <param name="bankCreditTime">入账时间; it decides against the deadlines of auctions.</param>
    /// <param name="obligation">What the payer's reference says the money is for.</param>
    public async Task<Result<Credit>> ConfirmCredit(
        Guid creditId, Guid? organisation, long amountFen, DateTimeOffset bankCreditTime, string bankReference, string? payerReference, Guid by, bool demo = false, Guid? obligation = null)
    {
        if (organisation is { } owner)
        {
            if (await Foreign(owner, demo) is { } no) return no;
        }

        return await Book(demo).Confirm(new ConfirmCredit(creditId, organisation, amountFen, bankCreditTime, bankReference, payerReference, by, obligation));
    }

    /// <summary>Money from 暂收 goes to its owner.</summary>
    public async Task<Result<Credit>> AssignCredit(Guid creditId, Guid organisation, Guid by, bool demo = false, Guid? obligation = null)
    {
        if (await Foreign(organisation, demo) is { } no) return no;
        return await Book(demo).Assign(new AssignCredit(creditId, organisation, by, obligation));
    }

    /// <summary>冲正: another operator takes a confirmed credit back.</summary>
    public Task<Result<Credit>> ReverseCredit(Guid creditId, string reason, Guid by, bool demo = false) => Book(demo).Reverse(new ReverseCredit(creditId, reason, by));

    /// <summary>Money in 暂收 is nobody's deposit: one operator proposed it, another confirmed.</summary>
    public Task<Result<Credit>> ExamineCredit(Guid creditId, string reason, Guid proposedBy, Guid by, bool demo) => Book(demo).Examine(new ExamineCredit(creditId, reason, proposedBy, by));

    /// <summary>Freezes part of the account for an auction.</summary>
    /// <param name="then">A kind of due work that the caller registered, with its key; written in the same transaction.</param>
    /// <param name="beside">Lots of the same session that one deposit may cover together with this one: frozen already for one of them, no new money is asked for.</param>
    /// <param name="letter">The organisation's letter that it rests on, which has to be good until <paramref name="lastsUntil"/>; null for money.</param>
    /// <param name="mustBeCreditedBy">Only money that the bank had credited until then counts, else <see cref="Refusal.CreditedTooLate"/>.</param>
    public async Task<Result<Hold>> Freeze(
        Guid holdId, Guid organisation, string auction, long amountFen, (string Kind, string Key)? then = null, DateTimeOffset? mustBeCreditedBy = null, IEnumerable<string>? beside = null,
        Guid? letter = null, DateOnly? lastsUntil = null)
    {
        if (await BookOf(organisation) is not { } book) return Refusal.NotFound;
        if (IsOfDemo(book) != auction.StartsWith(DemoPrefix, StringComparison.Ordinal)) return Refusal.DemoAndRealApart;
        var followUp = then is { } work ? new FollowUp(work.Kind, work.Key) : null;
        return await grains.GetGrain<IBookGrain>(book).Place(new PlaceHold(holdId, organisation, auction, amountFen, mustBeCreditedBy, followUp) { Beside = [.. beside ?? []], Letter = letter, LastsUntil = lastsUntil });
    }

    /// <summary>The hold admitted a bidder: from now on only <see cref="Release"/>, <see cref="UseForPrice"/> and <see cref="Forfeit"/> end it.</summary>
    public Task<Result<Nothing>> BindToAuction(Guid holdId) => OnHold(holdId, book => book.Bind(holdId));

    /// <summary>The auction lets the money go: for its own due work after the close, never for a page.</summary>
    public Task<Result<Nothing>> Release(Guid holdId) => OnHold(holdId, book => book.Release(holdId, byAuction: true));

    /// <summary>The organisation takes back what has not admitted it yet.</summary>
    public async Task<Result<Nothing>> TakeBack(Guid holdId, Guid organisation)
    {
        await using var db = databases.Create();
        var own = await db.Set<HoldRow>().AsNoTracking().AnyAsync(h => h.Id == holdId && h.Organisation == organisation);
        return own ? await OnHold(holdId, book => book.Release(holdId, byAuction: false)) : Refusal.UnknownHold;
    }

    /// <summary>What an organisation froze for an auction, ended holds included, oldest first.</summary>
    public async Task<IReadOnlyList<(Guid Id, bool Active)>> HoldsFor(Guid organisation, string auction, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var holds = await db.Set<HoldRow>().AsNoTracking().Where(h => h.Organisation == organisation && h.Auction == auction)
            .OrderBy(h => h.PlacedAt).ThenBy(h => h.Id).Select(h => new { h.Id, h.State }).ToListAsync(cancellation);
        return [.. holds.Select(h => (h.Id, h.State is HoldState.Placed or HoldState.Bound))];
    }

    /// <summary>Every hold for an auction that has not ended; for its own work after the close.</summary>
    public async Task<IReadOnlyList<Guid>> ActiveHolds(string auction, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<HoldRow>().AsNoTracking().Where(h => h.Auction == auction && (h.State == HoldState.Placed || h.State == HoldState.Bound))
            .Select(h => h.Id).ToListAsync(cancellation);
    }

    /// <summary>抵作价款: the winner's deposit becomes part of the price that a deal owes.</summary>
    public Task<Result<Nothing>> UseForPrice(Guid holdId, string deal) => OnHold(holdId, book => book.UseForPrice(holdId, deal));

    /// <summary>悔拍: costs, then what the resale brought less, then the seller.</summary>
    /// <param name="demand">What becomes owed when the deposit rests on a letter.</param>
    public Task<Result<Nothing>> Forfeit(Guid holdId, Guid seller, long costsFen, long shortfallFen, GuaranteeDemand? demand = null) =>
        OnHold(holdId, book => book.Forfeit(new ForfeitHold(holdId, costsFen, shortfallFen) { Demand = demand }, seller));

    /// <summary>The letter that a hold rests on; null for money.</summary>
    public async Task<Guid?> LetterOf(Guid holdId, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<HoldRow>().AsNoTracking().Where(h => h.Id == holdId).Select(h => h.Letter).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>The book that a hold is in; null for one that nobody knows.</summary>
    public async Task<string?> BookOfHold(Guid holdId, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<HoldRow>().AsNoTracking().Where(h => h.Id == holdId).Select(h => h.Book).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>How much lies frozen for a hold: its own money, or that of the hold that covers its lot. Null for a hold that nobody knows.</summary>
    public async Task<long?> MoneyOf(Guid holdId, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await (from h in db.Set<HoldRow>().AsNoTracking() join m in db.Set<HoldRow>().AsNoTracking() on h.Money ?? h.Id equals m.Id where h.Id == holdId select (long?)m.AmountFen)
            .SingleOrDefaultAsync(cancellation);
    }

    /// <summary>The other lots for which the same money is at stake still.</summary>
    public async Task<IReadOnlyList<string>> AlsoCovers(Guid holdId, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var money = await db.Set<HoldRow>().AsNoTracking().Where(h => h.Id == holdId).Select(h => h.Money ?? h.Id).SingleOrDefaultAsync(cancellation);
        return await db.Set<HoldRow>().AsNoTracking().Where(h => (h.Id == money || h.Money == money) && h.Id != holdId && (h.State == HoldState.Placed || h.State == HoldState.Bound))
            .OrderBy(h => h.PlacedAt).Select(h => h.Auction).ToListAsync(cancellation);
    }

    /// <summary>The money was used, or lost, for another lot that it covered.</summary>
    public async Task<bool> WentElsewhere(Guid holdId, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<HoldRow>().AsNoTracking().AnyAsync(h => h.Id == holdId && h.EndedFor != null && h.EndedFor != h.Auction, cancellation);
    }

    /// <summary>The money of a hold covers, or covered, more lots than its own: whichever contract is signed first uses it.</summary>
    public async Task<bool> IsShared(Guid holdId, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<HoldRow>().AsNoTracking().AnyAsync(h => h.Id == holdId && (h.Money != null || db.Set<HoldRow>().Any(other => other.Money == h.Id)), cancellation);
    }

    /// <summary>The organisation's own view, never shown to anybody else; <see cref="AccountView.AvailableFor"/> says what fits a deadline.</summary>
    /// <param name="book">Another book than its own: a seller has what buyers abroad paid in the book of cards.</param>
    public async Task<AccountView> Account(Guid organisation, string? book = null) => await grains.GetGrain<IBookGrain>(book ?? await BookOf(organisation) ?? RealBook).Look(organisation);

    /// <summary>The payment reference of an organisation's account, or of one thing that it owes; drawn when it is first asked for.</summary>
    public async Task<string> ReferenceOf(Guid organisation, CancellationToken cancellation = default, Guid obligation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.Create();
            var known = await db.Set<PaymentReferenceRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Organisation == organisation && r.Obligation == obligation, cancellation);
            if (known is not null) return known.Reference;
            var row = new PaymentReferenceRow
            {
                Organisation = organisation,
                Obligation = obligation,
                Reference = PaymentReference.From(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)))),
            };
            db.Add(row);
            try
            {
                await db.SaveChangesAsync(cancellation);
                return row.Reference;
            }
            catch (DbUpdateException) when (attempt < 5)
            {
                // Drawn at the same moment by another request, or taken by another organisation: look again.
            }
        }
    }

    /// <summary>What a payer's reference stands for; null when it is none of this book's.</summary>
    public async Task<ReferenceOwner?> FindByReference(string? typed, bool demo, CancellationToken cancellation = default)
    {
        if (PaymentReference.Read(typed) is not { } reference) return null;
        await using var db = databases.Create();
        return await (
            from r in db.Set<PaymentReferenceRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on r.Organisation equals o.Id
            where r.Reference == reference && o.Demo == demo && o.Country == null
            select new ReferenceOwner(o.Id, o.Name, r.Obligation == Guid.Empty ? null : r.Obligation)).SingleOrDefaultAsync(cancellation);
    }

    private IBookGrain Book(bool demo) => grains.GetGrain<IBookGrain>(BookOf(demo));

    /// <summary>Why money at the custodian bank is not this organisation's; null where it may be.</summary>
    private async Task<Refusal?> Foreign(Guid organisation, bool demo) => await BookOf(organisation) switch
    {
        null => Refusal.NotFound,
        var book when IsOfDemo(book) != demo => Refusal.DemoAndRealApart,
        var book when IsOfCards(book) => Refusal.PaysByCard,
        _ => null,
    };

    private async Task<Result<Nothing>> OnHold(Guid holdId, Func<IBookGrain, Task<Result<Hold>>> act)
    {
        await using var db = databases.Create();
        // The row is written with the fact, so whoever was told of the hold finds it.
        var book = await db.Set<HoldRow>().AsNoTracking().Where(h => h.Id == holdId).Select(h => h.Book).SingleOrDefaultAsync();
        if (book is null) return Refusal.UnknownHold;
        return (await act(grains.GetGrain<IBookGrain>(book))).Then(_ => Result<Nothing>.Of(default));
    }
}
