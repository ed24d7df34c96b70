using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>应付款与托管: what the other capabilities and the pages say of what is owed. Every call may be repeated with the same id.</summary>
/// <remarks>It decides nothing: it finds the book and asks it. Who may call is the caller's to check.</remarks>
public sealed class Obligations(IGrainFactory grains, IMarketplaceDbFactory databases, TimeProvider clock)
{
    /// <summary>How often a release that a dispute stops is tried again.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromHours(1);

    /// <summary>The id of something that follows from a name alone, so that asking again asks for the same.</summary>
    /// <summary>What is owed as a part of a price, by its number in the plan.</summary>
    public static Guid PartIdOf(string deal, int number) => IdOf(number == 1 ? $"{deal}\nprice" : $"{deal}\nprice/{number}");

    public static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    public Task<Result<ImmutableArray<Obligation>>> Raise(string book, RaiseObligations command) => Book(book).Raise(command);

    public Task<Result<Obligation>> Pay(PayObligation command) => On(command.Obligation, book => book.Pay(command));

    public Task<Result<Obligation>> Claim(ClaimRelease command) => On(command.Obligation, book => book.Claim(command));

    public Task<Result<Obligation>> Agree(Guid obligation, Guid by) => On(obligation, book => book.Agree(obligation, by));

    public Task<Result<Obligation>> Object(Guid obligation, string? reason, Guid by) => On(obligation, book => book.Object(obligation, reason, by));

    public Task<Result<Obligation>> Propose(ProposeRuling command) => On(command.Obligation, book => book.Propose(command));

    public Task<Result<Obligation>> ConfirmRuling(Guid obligation, Guid ruling, Guid by) => On(obligation, book => book.ConfirmRuling(obligation, ruling, by));

    /// <summary>The sale no longer stands: what is kept goes back, what was released is owed back within five working days.</summary>
    /// <param name="keepsDeposit">悔拍: what the deposit paid stays kept until it is forfeited.</param>
    public async Task<Result<Nothing>> Unwind(string about, string because, bool keepsDeposit = false, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var due = Days.AfterWorkingDays(Days.Of(clock.GetUtcNow()), 5);
        // A sale settles in its buyer's book; what its seller owes for refusing may be in another.
        foreach (var book in await db.Set<ObligationRow>().AsNoTracking().Where(o => o.About == about).Select(o => o.Book).Distinct().OrderBy(b => b).ToListAsync(cancellation))
        {
            var unwound = await Book(book).Unwind(about, because, IdOf($"restitution\n{book}\n{about}"), due, keepsDeposit);
            if (!unwound.Done) return unwound;
        }

        return default(Nothing);
    }

    /// <summary>悔拍 after the contract was signed: the deposit in the price goes down the waterfall.</summary>
    public Task<Result<Nothing>> ForfeitKept(string book, string deal, long costsFen, long shortfallFen) => Book(book).ForfeitKept(deal, costsFen, shortfallFen);

    /// <summary>What follows from a deal or an auction, in the order it was raised, the price first.</summary>
    public async Task<IReadOnlyList<ObligationRow>> About(string about, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var rows = await db.Set<ObligationRow>().AsNoTracking().Where(o => o.About == about).ToListAsync(cancellation);
        return [.. rows.OrderBy(o => o.RaisedAt).ThenBy(o => o.Kind).ThenBy(o => o.Due)];
    }

    public async Task<ObligationRow?> Find(Guid obligation, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<ObligationRow>().AsNoTracking().SingleOrDefaultAsync(o => o.Id == obligation, cancellation);
    }

    /// <summary>佣金: brings what a client owes its agency for a sale to what the records call for.</summary>
    public Task<Result<Nothing>> Commission(string book, SetCommission command) => Book(book).Commission(command);

    /// <summary>What an organisation's money of cards may leave for an account now, and from when more may.</summary>
    public async Task<IReadOnlyList<Leaving>> LeavesFrom(string book, Guid organisation) => await Book(book).LeavesFrom(organisation);

    public Task<Result<Payout>> Instruct(string book, InstructPayout command) => Book(book).Instruct(command);

    public Task<Result<Payout>> MakePayout(Guid payout, string bankReference, Guid by) => OnPayout(payout, book => book.MakePayout(payout, bankReference, by));

    /// <summary>退汇: a payout that was made came back with this entry of the bank.</summary>
    public Task<Result<Payout>> CameBack(Guid payout, string reason, string bankReference, Guid by) => OnPayout(payout, book => book.CameBack(payout, reason, by, bankReference));

    public Task<Result<Payout>> FailPayout(Guid payout, string? reason, Guid by) => OnPayout(payout, book => book.FailPayout(payout, reason, by));

    /// <summary>Due work: the time for objections is over.</summary>
    internal static async Task<DateTimeOffset?> ReleaseUnopposed(IServiceProvider services, string key, CancellationToken cancellation)
    {
        var id = Guid.Parse(key[(key.LastIndexOf('/') + 1)..]);
        var obligations = services.GetRequiredService<Obligations>();
        // The book is asked whatever the row says: a row that was changed must not stop a release.
        if (await obligations.Find(id, cancellation) is not { ObjectUntil: { } until }) return null;
        var answer = await obligations.On(id, book => book.ReleaseUnopposed(id));
        return answer.Refusal switch
        {
            null or Refusal.ObjectedAlready or Refusal.NothingClaimed or Refusal.DepositIsLost => null,
            // The payer's bank has not decided, or took back what has to be paid again first.
            Refusal.ChargebackStopsRelease or Refusal.NotPaidYet => services.GetRequiredService<TimeProvider>().GetUtcNow() + AskAgain,
            // The clock of another node is ahead of the book's.
            Refusal.MayStillObject => Instant.Later(until, services.GetRequiredService<TimeProvider>().GetUtcNow() + TimeSpan.FromSeconds(1)),
            var other => throw new InvalidOperationException($"No release: {other}"),
        };
    }

    private IBookGrain Book(string name) => grains.GetGrain<IBookGrain>(name);

    private async Task<Result<Obligation>> On(Guid obligation, Func<IBookGrain, Task<Result<Obligation>>> act) =>
        // The row is written with the fact, so whoever was told of the obligation finds it.
        await Find(obligation) is { } row ? await act(Book(row.Book)) : Refusal.UnknownObligation;

    private async Task<Result<Payout>> OnPayout(Guid payout, Func<IBookGrain, Task<Result<Payout>>> act)
    {
        await using var db = databases.Create();
        var book = await db.Set<PayoutRow>().AsNoTracking().Where(p => p.Id == payout).Select(p => p.Book).SingleOrDefaultAsync();
        return book is null ? Refusal.UnknownPayout : await act(Book(book));
    }
}
