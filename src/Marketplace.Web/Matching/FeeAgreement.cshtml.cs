using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>商定佣金: the fee of one sale between the two who signed a mandate without a scale.</summary>
public sealed class FeeAgreementModel(CurrentActor actor, MarketplaceDb db, FeeAgreements agreements) : PageModel
{
    [BindProperty]
    public Guid Command { get; set; }

    /// <summary>The sum in yuan, as it was typed.</summary>
    [BindProperty]
    public string? Sum { get; set; }

    /// <summary>The sum in fen that was read and is answered.</summary>
    [BindProperty]
    public long Seen { get; set; }

    public MandateRow Mandate { get; private set; } = null!;
    public AttributedDeal Deal { get; private set; } = null!;
    public FeeLine Fee { get; private set; } = null!;
    public MandateParty Side { get; private set; }
    public IReadOnlyList<FeeAgreementRow> History { get; private set; } = [];
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();
    public Refusal? Refused { get; private set; }

    /// <summary>Null when this person may propose and agree; else what is missing.</summary>
    public Refusal? MaySign { get; private set; }

    public string NameOf(MandateParty party) => Names.GetValueOrDefault(party is MandateParty.Agency ? Mandate.Agency : Mandate.Client, "—");

    public async Task<IActionResult> OnGet(Guid id, string deal, CancellationToken cancellation) => await Load(id, deal, cancellation) ?? Page();

    public Task<IActionResult> OnPostPropose(Guid id, string deal, CancellationToken cancellation) => Do(id, deal, FeeAgreementAct.Propose, cancellation);

    public Task<IActionResult> OnPostAgree(Guid id, string deal, CancellationToken cancellation) => Do(id, deal, FeeAgreementAct.Agree, cancellation);

    public Task<IActionResult> OnPostWithdraw(Guid id, string deal, CancellationToken cancellation) => Do(id, deal, FeeAgreementAct.Withdraw, cancellation);

    private async Task<IActionResult> Do(Guid id, string deal, FeeAgreementAct what, CancellationToken cancellation)
    {
        if (await Load(id, deal, cancellation) is { } refused) return refused;
        if (MaySign is { } missing) return this.Refused(missing);
        var fen = Seen;
        var done = what is FeeAgreementAct.Propose && !Fen.TryRead(Sum, out fen)
            ? Result<Nothing>.Refuse(Refusal.NumberInvalid, "sum")
            : await agreements.Do(new FeeAgreementOrder(Command, (await actor.Get(cancellation)).Person!.Value, NameOf(Side), deal, Mandate, new FeeAgreementStep(what, Side, fen)), cancellation);
        if (done.Done) return LocalRedirect($"/desk/mandates/{id}/fee/{Uri.EscapeDataString(deal)}");
        Refused = done.Refusal;
        Response.StatusCode = Shared.Refusals.StatusOf(done.Refusal.Value);
        return await Load(id, deal, cancellation) ?? Page();
    }

    /// <summary>What is between two others is not there.</summary>
    private async Task<IActionResult?> Load(Guid id, string deal, CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.KeepMandates, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var own = may.Value.Organisation;
        if (await db.Set<MandateRow>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == id && (m.Agency == own || m.Client == own), cancellation) is not { } mandate) return NotFound();
        if (await agreements.Find(id, deal, cancellation) is not var (found, fee) || fee.AgreeAt(deal) is null) return NotFound();
        (Mandate, Deal, Fee) = (mandate, found, fee);
        Side = mandate.Agency == own ? MandateParty.Agency : MandateParty.Client;
        MaySign = (await actor.May(Act.SignMandate, own, cancellation)).Refusal;
        History = await agreements.History(id, deal, cancellation);
        var people = History.Select(h => h.Person).Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        foreach (var organisation in await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == mandate.Agency || o.Id == mandate.Client).ToListAsync(cancellation)) names[organisation.Id] = organisation.Name;
        Names = names;
        ViewData["Demo"] = mandate.Demo;
        if (Command == Guid.Empty || Refused is not null)
        {
            ModelState.Clear();
            Command = Guid.CreateVersion7();
        }

        return null;
    }
}
