using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Who is not in the market and walks into a hall.</summary>
public sealed class WalkInTests
{
    private static readonly string Sha = new('a', 64);

    private static WalkInForm Good { get; } = new(Code(), false, "北仑新能源有限公司", "郑法人", "蔡来人", IdentityDocument.ResidentCard, "123x", Sha, Sha);

    [Fact]
    public void What_the_clerk_read_from_the_originals_is_kept_and_nothing_more()
    {
        var (walkIn, wrong) = WalkIn.Read(Good);
        Assert.Empty(wrong);
        Assert.Equal((Code(), "北仑新能源有限公司", "123X"), (walkIn!.Uscc.Value, walkIn.Name, walkIn.DocumentEnd));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_in_the_order_of_the_form()
    {
        var (walkIn, wrong) = WalkIn.Read(new WalkInForm("123", false, " ", null, "", null, "12345", null, null));
        Assert.Null(walkIn);
        Assert.Equal(
            [("uscc", Refusal.UsccMalformed), ("name", Refusal.Required), ("legalRepresentative", Refusal.Required), ("representative", Refusal.Required), ("document", Refusal.Required), ("documentEnd", Refusal.IdentityIncomplete), ("licence", Refusal.Required)],
            wrong.Select(w => (w.Field, w.Refusal)));
        Assert.Equal(("mandate", Refusal.Required), One(Good with { MandateSha256 = null }));
        Assert.Equal(("documentEnd", Refusal.IdentityIncomplete), One(Good with { DocumentEnd = "12 4" }));
        Assert.Equal(("document", Refusal.Required), One(Good with { Document = (IdentityDocument)9 }));
    }

    [Fact]
    public void The_legal_representative_in_person_needs_no_mandate() =>
        Assert.Empty(WalkIn.Read(Good with { Representative = "郑法人", MandateSha256 = null }).Refusals);

    [Fact]
    public void A_code_whose_check_fails_must_be_compared_with_the_licence()
    {
        var odd = Good with { Uscc = Code()[..17] + (Code()[17] == 'A' ? 'B' : 'A') };
        Assert.Equal(("usccSeen", Refusal.UsccUnconfirmed), One(odd));
        Assert.Empty(WalkIn.Read(odd with { UsccSeen = true }).Refusals);
    }

    private static (string, Refusal) One(WalkInForm form) => WalkIn.Read(form).Refusals is [var only] ? (only.Field, only.Refusal) : default;

    private static string Code()
    {
        const string First8 = "91330206", Body = "MA2AB777";
        var first17 = First8 + Body + Uscc.OrganisationCheck(Body);
        return first17 + Uscc.CheckCharacter(first17);
    }
}
