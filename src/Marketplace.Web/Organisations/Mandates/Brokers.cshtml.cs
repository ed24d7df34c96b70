using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>Who is a broker in this market: the confirmed entries, for everybody.</summary>
public sealed class BrokersModel(MarketplaceDb db) : PageModel
{
    public const int Size = 50;

    public sealed record Line(BrokerRow Row, string Name, string Agency, string? Region);

    [BindProperty(SupportsGet = true)]
    public BrokerGrade? Grade { get; set; }

    [BindProperty(SupportsGet = true)]
    public int PageNumber { get; set; } = 1;

    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public int Total { get; private set; }
    public int Pages => Math.Max(1, (Total + Size - 1) / Size);

    public async Task OnGet(CancellationToken cancellation)
    {
        var confirmed = db.Set<BrokerRow>().AsNoTracking().Where(b => b.State == BrokerState.Confirmed);
        if (Grade is { } grade && Enum.IsDefined(grade)) confirmed = confirmed.Where(b => b.Grade == grade);
        Total = await confirmed.CountAsync(cancellation);
        PageNumber = Math.Clamp(PageNumber, 1, Pages);
        Lines = await (
            from b in confirmed
            join p in db.Set<Person>() on b.Person equals p.Id
            join o in db.Set<Organisation>() on b.Agency equals o.Id
            orderby o.Name, p.DisplayName, b.Id
            select new Line(b, p.DisplayName, o.Name, o.Region)).Skip((PageNumber - 1) * Size).Take(Size).ToListAsync(cancellation);
    }
}
