using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>Where an invoice reads the sale behind a price; the capability that keeps sales registers it.</summary>
/// <param name="Of">Null where nothing of that name was sold. The lot is the name under which it was announced.</param>
public sealed record InvoicedSales(Func<IServiceProvider, string, CancellationToken, Task<(InvoicedSale Sale, string Lot)?>> Of);

/// <summary>As whom the market itself makes out invoices. Settings <c>Invoices__Name</c>, <c>Invoices__Code</c>; otherwise the operator as it is registered.</summary>
public sealed class MarketTaxpayer(IConfiguration configuration)
{
    public string? Name { get; } = configuration["Invoices:Name"];
    public string? Code { get; } = configuration["Invoices:Code"];
}

/// <summary>Something that can be invoiced now.</summary>
/// <param name="OpenFen">Paid and not invoiced.</param>
/// <param name="Special">The announcement promised a special invoice.</param>
/// <param name="PayerAbroad">Who paid is registered abroad.</param>
public sealed record Invoiceable(ObligationRow Row, long OpenFen, InvoicedSale? Sale, bool Special, bool PayerAbroad);

/// <summary>开票: papers for what was paid, red ones for what went back, and the number that the tax administration gave.</summary>
/// <remarks>Who may call is the caller's to check.</remarks>
public sealed class Invoices(
    IMarketplaceDbFactory databases, MarketplaceDb read, IServiceProvider services, InvoicedSales sales, AnnouncedLots lots, MarketTaxpayer market, INotifier notifier, TimeProvider clock)
{
    private const int MostTries = 20;

    /// <summary>The newest are worked off first; older ones come after them.</summary>
    private const int MostOpen = 50;
    private const string Forfeited = "deposit-forfeited";

    /// <summary>What one issuer has to make out: the market for null.</summary>
    public async Task<IReadOnlyList<Invoiceable>> Open(bool demo, Guid? issuer, CancellationToken cancellation)
    {
        var open = new List<Invoiceable>();
        foreach (var row in await Unsettled(demo, issuer, cancellation))
        {
            var left = (await ReceiptsOf(read, row, cancellation)).KeptFen - await InvoicedOf(read, row.Id, cancellation);
            if (left <= 0) continue;
            var (sale, special) = await SaleOf(row, cancellation);
            if (sale is not { Stands: false }) open.Add(new Invoiceable(row, left, sale, special, await IsAbroad(read, row.Debtor, cancellation)));
        }

        return open;
    }

    /// <summary>How much of each paper went back and is in no red one yet; papers of which nothing did are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> ToRedden(bool demo, Guid? issuer, CancellationToken cancellation)
    {
        var red = new Dictionary<Guid, long>();
        foreach (var row in await Unsettled(demo, issuer, cancellation))
        {
            var receipts = await ReceiptsOf(read, row, cancellation);
            var papers = await read.Set<InvoiceRow>().AsNoTracking().Where(i => i.Obligation == row.Id).ToListAsync(cancellation);
            var invoiced = papers.Sum(p => p.AmountFen);
            // The newest first, and each no more than what the ones before it left.
            foreach (var blue in papers.Where(p => !p.IsRed).OrderByDescending(p => p.Nth))
            {
                var fen = Invoicing.RedFen(RedReason.Refund, blue.AmountFen, ReddenedOf(papers, blue.Id), receipts, invoiced);
                if (fen > 0) red[blue.Id] = fen;
                invoiced -= fen;
            }
        }

        return red;
    }

    /// <summary>How many of both there are, for the desk.</summary>
    public async Task<int> Waiting(bool demo, Guid? issuer, CancellationToken cancellation) =>
        // What was forfeited or given back by its payee is left to the page: the desk counts with one question.
        await Differing(demo, issuer).CountAsync(cancellation);

    /// <summary>Makes out a paper for the whole of what was paid and is not invoiced. Refusals: those of <see cref="Invoicing.Issue"/>, InvoiceIdReused, InvoiceCodeMissing.</summary>
    public async Task<Result<InvoiceRow>> Issue(InvoiceOrder order, Guid by, CancellationToken cancellation)
    {
        if (await Obligation(order.Obligation, cancellation) is not { } found) return Refusal.UnknownObligation;
        var (sale, _) = await SaleOf(found, cancellation);
        return await Write(async (db, token) =>
        {
            if (await db.Set<InvoiceRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == order.Id, token) is { } made)
            {
                return (made.Obligation, made.Treatment, made.RateBp, made.Registration, made.AmountFen, made.Corrects)
                    == (order.Obligation, order.Treatment, order.RateBp, Invoicing.ReadRegistration(order.Registration), order.AmountFen, null) ? made : Refusal.InvoiceIdReused;
            }

            var place = await Place.Of(db, found, clock.GetUtcNow(), token);
            var row = await db.Set<ObligationRow>().AsNoTracking().SingleAsync(o => o.Id == found.Id, token);
            var sum = Invoicing.Issue(order, row.Kind, row.Creditor is null, await ReceiptsOf(db, row, token), await InvoicedOf(db, row.Id, token), sale, Days.Of(place.At), await IsAbroad(db, row.Debtor, token));
            if (!sum.Done) return sum.Refusal.Value;
            var technology = Invoicing.IsTechnology(row.Kind) ? sale : null;
            var registered = technology?.RegistrationSha256 is not null;
            return await Add(db, row, place, sum.Value, by, new Particulars(
                order.Id, sale?.Title ?? row.About, technology?.Contract, order.Treatment, order.RateBp,
                registered ? Invoicing.ReadRegistration(order.Registration) : null, registered ? technology!.RegistrationSha256 : null), token);
        }, cancellation);
    }

    /// <summary>红字: takes back of a paper what was refunded, or the whole of a mistaken one.</summary>
    /// <param name="amountFen">What the form showed, positive.</param>
    public async Task<Result<InvoiceRow>> Redden(Guid id, Guid invoice, RedReason reason, long amountFen, Guid by, CancellationToken cancellation)
    {
        if (id == Guid.Empty) return Refusal.MalformedRequest;
        return await Write(async (db, token) =>
        {
            if (await db.Set<InvoiceRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == invoice && i.Corrects == null, token) is not { } blue) return Refusal.UnknownInvoice;
            if (await db.Set<InvoiceRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, token) is { } made)
            {
                return (made.Corrects, made.Reason, made.AmountFen) == (invoice, reason, -amountFen) ? made : Refusal.InvoiceIdReused;
            }

            var row = await db.Set<ObligationRow>().AsNoTracking().SingleAsync(o => o.Id == blue.Obligation, token);
            var place = await Place.Of(db, row, clock.GetUtcNow(), token);
            row = await db.Set<ObligationRow>().AsNoTracking().SingleAsync(o => o.Id == blue.Obligation, token);
            var papers = await db.Set<InvoiceRow>().AsNoTracking().Where(i => i.Obligation == row.Id).ToListAsync(token);
            var sum = Invoicing.Redden(reason, blue.Sum, blue.RateBp, ReddenedOf(papers, blue.Id), await ReceiptsOf(db, row, token), papers.Sum(p => p.AmountFen), amountFen);
            if (!sum.Done) return sum.Refusal.Value;
            return await Add(db, row, place, sum.Value, by, new Particulars(
                id, blue.Title, blue.Contract, blue.Treatment, blue.RateBp, blue.Registration, blue.RegistrationSha256, blue.Id, reason), token);
        }, cancellation);
    }

    /// <summary>The number of the 数电票, entered by who issued it. Another one takes the place of what was typed before. Refusals: TaxNumberInvalid, UnknownInvoice, TaxNumberUsed.</summary>
    public async Task<Result<InvoiceRow>> Number(Guid invoice, string? typed, Guid by, CancellationToken cancellation)
    {
        if (Invoicing.ReadTaxNumber(typed) is not { } number) return Refusal.TaxNumberInvalid;
        return await Write<InvoiceRow>(async (db, token) =>
        {
            if (await db.Set<InvoiceRow>().SingleOrDefaultAsync(i => i.Id == invoice, token) is not { } row) return Refusal.UnknownInvoice;
            if (row.TaxNumber == number) return row;
            if (await db.Set<InvoiceRow>().AnyAsync(i => i.Demo == row.Demo && i.Issuer == row.Issuer && i.TaxNumber == number, token)) return Refusal.TaxNumberUsed;
            (row.TaxNumber, row.TaxNumberAt, row.TaxNumberBy) = (number, clock.GetUtcNow(), by);
            Tell(db, row, $"number/{number}", NoticeKind.InvoiceNumbered, row.TaxNumberAt.Value, NoticeValue.Text(number));
            await db.SaveChangesAsync(token);
            return row;
        }, cancellation);
    }

    public Task<InvoiceRow?> Find(Guid invoice, CancellationToken cancellation) => read.Set<InvoiceRow>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == invoice, cancellation);

    public Task<ObligationRow?> Obligation(Guid id, CancellationToken cancellation) => read.Set<ObligationRow>().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellation);

    /// <summary>What happened to the money that a paper rests on, up to when it was made, each with the hash of its line in the book.</summary>
    /// <remarks>Not its number: that would tell how many lines the book has, and so how many bid.</remarks>
    public async Task<IReadOnlyList<(ObligationEventRow Event, string? Line)>> Grounds(InvoiceRow invoice, CancellationToken cancellation)
    {
        var events = await EventsOf(read, invoice.Book, invoice.Obligation, invoice.About, invoice.Kind).AsNoTracking().Where(e => e.Version <= invoice.UpTo).OrderBy(e => e.Version).ToListAsync(cancellation);
        var versions = events.ConvertAll(e => e.Version);
        var stream = $"ledger/{invoice.Book}";
        var hashes = await read.Set<Platform.Streams.FactRow>().AsNoTracking().Where(f => f.Stream == stream && versions.Contains(f.Version)).ToDictionaryAsync(f => f.Version, f => f.Hash, cancellation);
        return [.. events.Select(e => (e, hashes.GetValueOrDefault(e.Version)))];
    }

    /// <summary>As queries can ask for them.</summary>
    private static readonly List<ObligationKind> Supplies = [.. Invoicing.Supplies];

    private static readonly List<string> MoneyMoves = ["obligation-paid", "hold-used.2", "fee-taken", "obligation-refunded", Forfeited];

    private static IQueryable<ObligationEventRow> EventsOf(MarketplaceDb db, string book, Guid obligation, string about, ObligationKind kind) =>
        db.Set<ObligationEventRow>().Where(e => e.Book == book && MoneyMoves.Contains(e.Type) && e.AmountFen > 0
            && (e.Obligation == obligation || (kind == ObligationKind.Price && db.Set<ObligationRow>().Any(o => o.Id == e.Obligation && o.About == about && o.Kind == ObligationKind.Restitution))));

    /// <summary>Obligations whose papers and money may differ.</summary>
    private Task<List<ObligationRow>> Unsettled(bool demo, Guid? issuer, CancellationToken cancellation) => read.Set<ObligationRow>().AsNoTracking().Where(o =>
        DepositAccounts.BooksOf(demo).Contains(o.Book) && o.Creditor == issuer && o.PaidFen > 0 && Supplies.Contains(o.Kind)
        && (o.PaidFen - o.RefundedFen != (read.Set<InvoiceRow>().Where(i => i.Obligation == o.Id).Sum(i => (long?)i.AmountFen) ?? 0)
            || read.Set<ObligationEventRow>().Any(e => e.Obligation == o.Id && e.Type == Forfeited)
            || read.Set<ObligationRow>().Any(r => r.About == o.About && r.Kind == ObligationKind.Restitution && r.PaidFen > 0)))
        .OrderByDescending(o => o.RaisedAt).ThenBy(o => o.Id).Take(MostOpen).ToListAsync(cancellation);

    /// <summary>Obligations of which more or less was paid than is on papers.</summary>
    private IQueryable<ObligationRow> Differing(bool demo, Guid? issuer)
    {
        var books = DepositAccounts.BooksOf(demo);
        return read.Set<ObligationRow>().AsNoTracking().Where(o =>
            books.Contains(o.Book) && o.Creditor == issuer && o.PaidFen > 0 && Supplies.Contains(o.Kind)
            && o.PaidFen - o.RefundedFen != (read.Set<InvoiceRow>().Where(i => i.Obligation == o.Id).Sum(i => (long?)i.AmountFen) ?? 0)
            && !read.Set<ObligationEventRow>().Any(e => e.Obligation == o.Id && e.Type == Forfeited)
            && !read.Set<ObligationRow>().Any(r => r.About == o.About && r.Kind == ObligationKind.Restitution && r.PaidFen > 0));
    }

    private static Task<bool> IsAbroad(MarketplaceDb db, Guid organisation, CancellationToken cancellation) =>
        db.Set<Organisation>().AnyAsync(o => o.Id == organisation && o.Country != null, cancellation);

    private static async Task<Receipts> ReceiptsOf(MarketplaceDb db, ObligationRow row, CancellationToken cancellation)
    {
        var forfeited = await db.Set<ObligationEventRow>().Where(e => e.Obligation == row.Id && e.Type == Forfeited).SumAsync(e => e.AmountFen, cancellation);
        if (row.Kind != ObligationKind.Price) return new Receipts(row.PaidFen, row.RefundedFen, forfeited);
        var parts = await db.Set<ObligationRow>().AsNoTracking().Where(o => o.About == row.About && (o.Kind == ObligationKind.Price || o.Kind == ObligationKind.Restitution)).ToListAsync(cancellation);
        var before = parts.Where(p => p.Kind == ObligationKind.Price && (p.RaisedAt, p.Id).CompareTo((row.RaisedAt, row.Id)) < 0).Sum(p => p.ReleasedFen);
        var paidBack = parts.Where(p => p.Kind == ObligationKind.Restitution).Sum(p => p.PaidFen);
        return new Receipts(row.PaidFen, row.RefundedFen, forfeited, Invoicing.ReturnedFen(before, row.ReleasedFen - forfeited, paidBack));
    }

    private static Task<long> InvoicedOf(MarketplaceDb db, Guid obligation, CancellationToken cancellation) =>
        db.Set<InvoiceRow>().Where(i => i.Obligation == obligation).SumAsync(i => i.AmountFen, cancellation);

    private static long ReddenedOf(IEnumerable<InvoiceRow> papers, Guid blue) => -papers.Where(p => p.Corrects == blue).Sum(p => p.AmountFen);

    private async Task<(InvoicedSale? Sale, bool Special)> SaleOf(ObligationRow row, CancellationToken cancellation)
    {
        if (await sales.Of(services, row.About, cancellation) is not { } found) return (null, false);
        var announced = await lots.Of(services, found.Lot, cancellation);
        return (found.Sale with { TaxIncluded = announced?.TaxIncluded ?? true }, Invoicing.IsTechnology(row.Kind) && announced?.SpecialInvoice == true);
    }

    private sealed record Particulars(
        Guid Id, string Title, TechContract? Contract, TaxTreatment Treatment, int RateBp, string? Registration, string? RegistrationSha256, Guid? Corrects = null, RedReason? Reason = null);

    private async Task<Result<InvoiceRow>> Add(MarketplaceDb db, ObligationRow row, Place place, TaxedSum sum, Guid by, Particulars what, CancellationToken token)
    {
        var payer = await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == row.Debtor, token);
        var issuer = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(
            o => row.Creditor == null ? o.Kind == OrganisationKind.Operator && o.Demo == DepositAccounts.IsOfDemo(row.Book) : o.Id == row.Creditor, token);
        var (name, code) = row.Creditor is null ? (market.Name ?? issuer?.Name, market.Code ?? issuer?.Uscc) : (issuer?.Name, issuer?.Uscc);
        // 受票方是单位的，须填写纳税人识别号 (税务总局公告2017年第16号); the issuer's own stands on every invoice.
        // Who is registered abroad has none: its entry in the register there stands in its place.
        var payers = payer.IsAbroad ? $"{payer.Country} {payer.RegistryNumber}" : payer.Uscc;
        if (name is null || code?.Length != Uscc.Length || payers is null) return Refusal.InvoiceCodeMissing;
        var made = new InvoiceRow
        {
            Id = what.Id,
            Book = row.Book,
            Demo = DepositAccounts.IsOfDemo(row.Book),
            Issuer = row.Creditor ?? InvoiceRow.Market,
            Payer = row.Debtor,
            Year = place.Year,
            Ordinal = place.Ordinal,
            Obligation = row.Id,
            Nth = place.Nth,
            Kind = row.Kind,
            About = row.About,
            Title = what.Title,
            Contract = what.Contract,
            Treatment = what.Treatment,
            RateBp = what.RateBp,
            AmountFen = sum.AmountFen,
            TaxFen = sum.TaxFen,
            Corrects = what.Corrects,
            Reason = what.Reason,
            Registration = what.Registration,
            RegistrationSha256 = what.RegistrationSha256,
            IssuerName = name,
            IssuerCode = code,
            PayerName = payer.Name,
            PayerCode = payers,
            UpTo = await EventsOf(db, row.Book, row.Id, row.About, row.Kind).MaxAsync(e => e.Version, token),
            IssuedAt = place.At,
            IssuedBy = by,
        };
        db.Add(made);
        Tell(db, made, "issued", NoticeKind.InvoiceIssued, made.IssuedAt, NoticeValue.Money(made.AmountFen));
        await db.SaveChangesAsync(token);
        return made;
    }

    private void Tell(MarketplaceDb db, InvoiceRow row, string what, NoticeKind kind, DateTimeOffset at, NoticeValue value) => notifier.Tell(
        db, [new Notice($"invoice/{row.Id}/{what}", kind, Recipient.Organisation(row.Payer), row.About, "/desk/invoices", at, [NoticeValue.Text(row.About), NoticeValue.Text(row.Number), value])]);

    private async Task<Result<T>> Write<T>(Func<MarketplaceDb, CancellationToken, Task<Result<T>>> work, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.Create();
            try
            {
                return await db.WriteAsync(token => work(db, token), cancellation);
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
                // Another took the number or the sum at the same moment: what is left is looked at again.
            }
        }
    }

    /// <summary>Where a paper stands among its issuer's and its obligation's.</summary>
    private sealed record Place(int Year, int Ordinal, int Nth, DateTimeOffset At)
    {
        /// <summary>Taken before the sums are read: who comes in between makes this place taken, and not the sum wrong.</summary>
        public static async Task<Place> Of(MarketplaceDb db, ObligationRow row, DateTimeOffset now, CancellationToken token)
        {
            var (issuer, year) = (row.Creditor ?? InvoiceRow.Market, Days.Of(now).Year);
            var demo = DepositAccounts.IsOfDemo(row.Book);
            var nth = 1 + (await db.Set<InvoiceRow>().Where(i => i.Obligation == row.Id).MaxAsync(i => (int?)i.Nth, token) ?? 0);
            var ordinal = 1 + (await db.Set<InvoiceRow>().Where(i => i.Demo == demo && i.Issuer == issuer && i.Year == year).MaxAsync(i => (int?)i.Ordinal, token) ?? 0);
            return new Place(year, ordinal, nth, Instant.Cut(now));
        }
    }
}
