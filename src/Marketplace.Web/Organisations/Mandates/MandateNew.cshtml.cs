using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>A mandate is proposed, by the agency or by the client; first with whom and on which side, then the terms.</summary>
public sealed class MandateNewModel(CurrentActor actor, MandateBook book, MarketplaceDb db, IServiceProvider services, IEnumerable<MandateSubjects> sources, TimeProvider clock) : PageModel
{
    [BindProperty]
    public MandateForm Form { get; set; } = new();

    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? With { get; set; }

    [BindProperty(SupportsGet = true)]
    public MandateSide Side { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Renews { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Code { get; set; }

    public Membership Member { get; private set; } = null!;
    public Organisation? Other { get; private set; }
    public MandateRow? Before { get; private set; }
    public IReadOnlyList<Organisation> Agencies { get; private set; } = [];
    public MandateFormView View { get; private set; } = null!;
    public Refusal? Refused { get; private set; }
    public string? Field { get; private set; }
    public bool IsAgency => Member.Kind is OrganisationKind.Agency;

    /// <summary>The sides on which the client of this mandate can stand.</summary>
    public IEnumerable<MandateSide> Sides => Enum.GetValues<MandateSide>().Where(s => IsAgency || MandateTerms.CanBeClient(Member.Kind, s));

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        if (Code is not null && Other is null)
        {
            var named = await db.Set<Organisation>().AsNoTracking().Named(Code, Member.Demo, cancellation);
            var found = named.Done ? named.Value : null;
            if (found is not null && MandateTerms.CanBeClient(found.Kind, Side)) return LocalRedirect($"/desk/mandates/new?with={found.Id}&side={Side}");
            (Refused, Field) = (named.Refusal ?? (found is null ? Refusal.UnknownClient : Refusal.NotAClientOfThisSide), "code");
            return Page();
        }

        if (Other is null) return Page();
        var today = Days.Of(clock.GetUtcNow());
        var terms = Before?.Read() is { } old
            ? old.Terms with { From = old.LastDay.AddDays(1) < today ? today : old.LastDay.AddDays(1), Until = (old.LastDay < today ? today : old.LastDay.AddDays(1)).AddYears(1).AddDays(-1) }
            : new MandateTerms { Side = Side, From = today, Until = today.AddYears(1).AddDays(-1), Powers = MandateTerms.PowersOf(Side).Remove(MandatePower.PlaceBids), Fee = new MandateFee(FeeKind.Share, ShareBp: 300) };
        Form = MandateForm.Of(terms);
        Command = Guid.CreateVersion7();
        await Show(cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        if (Other is null) return this.Refused(Refusal.UnknownClient);
        var terms = Form.Read(Side, ModelState);
        var order = new MandateOrder(Command, IsAgency ? MandateParty.Agency : MandateParty.Client, (await actor.Get(cancellation)).Person!.Value, actor.PersonName ?? "");
        var done = terms.Done
            ? await book.Propose(order, IsAgency ? Member.Organisation : Other.Id, IsAgency ? Other.Id : Member.Organisation, terms.Value, Before?.Id, cancellation)
            : Result<Guid>.Refuse(terms.Refusal.Value, terms.Detail);
        if (done.Done) return LocalRedirect($"/desk/mandates/{done.Value}");
        (Refused, Field) = (done.Refusal, done.Detail);
        Command = Guid.CreateVersion7();
        await Show(cancellation);
        return Page();
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.KeepMandates, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        if (Renews is { } id)
        {
            Before = await db.Set<MandateRow>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == id && (m.Agency == Member.Organisation || m.Client == Member.Organisation), cancellation);
            if (Before is null) return NotFound();
            (With, Side) = (IsAgency ? Before.Client : Before.Agency, Before.Side);
        }

        if (!Enum.IsDefined(Side)) return this.Refused(Refusal.MalformedRequest);
        if (With is { } with)
        {
            Other = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == with && o.State == VerificationState.Verified && o.Demo == Member.Demo, cancellation);
            if (Other is null || (IsAgency ? !MandateTerms.CanBeClient(Other.Kind, Side) : Other.Kind is not OrganisationKind.Agency || !MandateTerms.CanBeClient(Member.Kind, Side))) return NotFound();
        }
        else if (!IsAgency)
        {
            Agencies = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Agency && o.State == VerificationState.Verified && o.Demo == Member.Demo)
                .OrderBy(o => o.Name).Take(500).ToListAsync(cancellation);
        }

        return null;
    }

    private async Task Show(CancellationToken cancellation)
    {
        ModelState.Clear();
        var (agency, client) = IsAgency ? (Member.Organisation, Other!.Id) : (Other!.Id, Member.Organisation);
        var source = sources.FirstOrDefault(s => s.Side == Side);
        var named = Before is null ? [] : Before.Read().Terms.Subjects;
        var subjects = source is null ? [] : await MandateBook.Nameable(db, services, source, IsAgency ? MandateParty.Agency : MandateParty.Client, agency, client, named, Days.Of(clock.GetUtcNow()), cancellation);
        View = new MandateFormView(Form, Side, subjects, source is not null, await MandateBook.AreRelated(db, agency, client, cancellation), Refused, Field);
    }
}
