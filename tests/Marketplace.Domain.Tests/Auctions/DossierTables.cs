using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Every refusal of a dossier in its order: whoever repairs one meets the next.</summary>
public sealed class DossierTables
{
    private static readonly DateTimeOffset Opens = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Before = Opens.AddHours(-1);
    private static readonly Guid Firm = Guid.Parse("0193b1f2-7c1a-7d11-9d59-0a1b2c3d4e5f");
    private static readonly string Sha = new('a', 64);
    private static readonly DossierLot Announced = new(LotState.Announced, Agreed: true, Guid.Empty, Demo: false, Opens, Outcome: null);
    private static readonly NdaSignature Given = new(Firm, Demo: false, "林 知遥", "林 知遥", Sha, 5, Accepted: true);
    private static readonly SignedNda Signed = new(Firm, Sha, 5, "林 知遥", Withdrawn: false, Revoked: false);

    [Fact]
    public void Terms_are_written_until_the_announcement()
    {
        Assert.Equal(Refusal.LotFixed, Dossier.Write(Announced, "x", 0).Refusal);
        var draft = Announced with { State = LotState.Draft };
        foreach (var years in new[] { 0, 21, -1 }) Assert.Equal(Refusal.TermOutOfRange, Dossier.Write(draft, new string('x', 5000), years).Refusal);
        Assert.Equal(Refusal.TooLong, Dossier.Write(draft, new string('x', 4001), 1).Refusal);
        Assert.Null(Dossier.Write(draft, "  ", 20).Value);
        Assert.Equal("补充", Dossier.Write(draft with { State = LotState.Offered }, "补充", 5).Value);
    }

    [Fact]
    public void Files_are_added_until_the_announcement_and_as_addenda_until_the_opening()
    {
        Assert.Equal(Refusal.NoDossier, Dossier.Add(Announced with { Agreed = false, State = LotState.Announcing }, 99, "", Opens).Refusal);
        Assert.Equal(Refusal.LotFixed, Dossier.Add(Announced with { State = LotState.Announcing }, 99, "", Opens).Refusal);
        Assert.Equal(Refusal.AddendaClosed, Dossier.Add(Announced, 99, "", Opens).Refusal);
        Assert.Equal(Refusal.AddendaClosed, Dossier.Add(Announced with { Outcome = "cancelled" }, 0, "x", Before).Refusal);
        Assert.Equal(Refusal.TooManyItems, Dossier.Add(Announced, Dossier.MostFiles, "", Before).Refusal);
        Assert.Equal(Refusal.Required, Dossier.Add(Announced, 1, " ", Before).Refusal);
        Assert.Equal("工艺参数", Dossier.Add(Announced, Dossier.MostFiles - 1, "工艺参数", Opens.AddTicks(-1)).Value);
        Assert.True(Dossier.Add(Announced with { State = LotState.Draft, OpensAt = null }, 0, "x", Opens).Done);
    }

    [Fact]
    public void An_announced_file_is_withdrawn_with_a_reason_and_once()
    {
        Assert.Equal(Refusal.LotNotAnnounced, Dossier.Withdraw(Announced with { State = LotState.Draft, Outcome = "sold" }, true, null).Refusal);
        Assert.Equal(Refusal.DossierClosed, Dossier.Withdraw(Announced with { Outcome = "sold" }, true, null).Refusal);
        Assert.Equal(Refusal.DossierFileWithdrawn, Dossier.Withdraw(Announced, true, null).Refusal);
        Assert.Equal(Refusal.Required, Dossier.Withdraw(Announced, false, " ").Refusal);
        Assert.Equal("版本有误", Dossier.Withdraw(Announced, false, "版本有误").Value);
    }

    [Fact]
    public void A_signature_is_refused_in_a_fixed_order()
    {
        var bad = Given with { Demo = true, TextSha256 = "b", Years = 4, Accepted = false, Name = "林知遙" };
        SignedNda[] both = [Signed with { Revoked = true }, Signed];
        var lot = Announced with { State = LotState.Offered, Agreed = false, Outcome = "sold" };
        Assert.Equal(Refusal.LotNotAnnounced, Sign(lot, bad, both, Refusal.RelatedToSeller));
        lot = lot with { State = LotState.Announced };
        Assert.Equal(Refusal.NoDossier, Sign(lot, bad, both, Refusal.RelatedToSeller));
        lot = lot with { Agreed = true };
        Assert.Equal(Refusal.DemoMeetsReal, Sign(lot, bad, both, Refusal.RelatedToSeller));
        bad = bad with { Demo = false };
        Assert.Equal(Refusal.DossierClosed, Sign(lot, bad, both, Refusal.RelatedToSeller));
        lot = lot with { Outcome = null };
        Assert.Equal(Refusal.RelatedToSeller, Sign(lot, bad, both, Refusal.RelatedToSeller));
        Assert.Equal(Refusal.NdaRevoked, Sign(lot, bad, both, null));
        Assert.Equal(Refusal.NdaStands, Sign(lot, bad, [Signed], null));
        SignedNda[] left = [Signed with { Withdrawn = true }];
        Assert.Equal(Refusal.NdaTextChanged, Sign(lot, bad, left, null));
        bad = bad with { TextSha256 = Sha };
        Assert.Equal(Refusal.NdaTermDiffers, Sign(lot, bad, left, null));
        bad = bad with { Years = 5 };
        Assert.Equal(Refusal.Required, Sign(lot, bad, left, null));
        bad = bad with { Accepted = true };
        Assert.Equal(Refusal.SignatureNameDiffers, Sign(lot, bad, left, null));
        Assert.Null(Sign(lot, bad with { Name = "　林　知遥 " }, left, null));
    }

    [Fact]
    public void A_reader_is_refused_in_a_fixed_order()
    {
        var lot = Announced with { State = LotState.Offered, Agreed = false, Outcome = "unsold" };
        Assert.Equal(Refusal.LotNotAnnounced, Read(lot, demo: true, Refusal.RelatedToMarket));
        lot = lot with { State = LotState.Announced };
        Assert.Equal(Refusal.NoDossier, Read(lot, demo: true, Refusal.RelatedToMarket));
        lot = lot with { Agreed = true };
        Assert.Equal(Refusal.DemoMeetsReal, Read(lot, demo: true, Refusal.RelatedToMarket));
        Assert.Equal(Refusal.DossierClosed, Read(lot, demo: false, Refusal.RelatedToMarket));
        Assert.Equal(Refusal.RelatedToMarket, Read(Announced, demo: false, Refusal.RelatedToMarket));
        Assert.Equal(Refusal.NdaNotSigned, Dossier.Read(Announced, false, null, null, bought: false));
        Assert.Equal(Refusal.NdaRevoked, Dossier.Read(Announced, false, null, Signed with { Revoked = true, Withdrawn = true }, bought: false));
        Assert.Equal(Refusal.NdaEnded, Dossier.Read(Announced, false, null, Signed with { Withdrawn = true }, bought: false));
        Assert.Null(Dossier.Read(Announced, false, null, Signed, bought: false));
        // The buyer goes on; whoever never signed does not begin by buying.
        Assert.Null(Dossier.Read(Announced with { Outcome = "sold" }, false, null, Signed, bought: true));
        Assert.Equal(Refusal.NdaNotSigned, Dossier.Read(Announced with { Outcome = "sold" }, false, null, null, bought: true));
    }

    [Fact]
    public void An_undertaking_ends_once()
    {
        Assert.Equal(Refusal.NdaRevoked, Dossier.End(Signed with { Revoked = true, Withdrawn = true }, revoke: true, null).Refusal);
        Assert.Equal(Refusal.NdaEnded, Dossier.End(Signed with { Withdrawn = true }, revoke: true, null).Refusal);
        Assert.Equal(Refusal.Required, Dossier.End(Signed, revoke: true, " ").Refusal);
        Assert.Equal("泄露", Dossier.End(Signed, revoke: true, "泄露").Value);
        Assert.True(Dossier.End(Signed, revoke: false, null).Done);
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(null, true, false)]
    [InlineData("unsold", true, false)]
    [InlineData("unsold", false, true)]
    [InlineData("cancelled", false, true)]
    public void Names_open_when_nobody_can_bid_any_more(string? outcome, bool inTrade, bool open) => Assert.Equal(open, Dossier.NamesOpen(outcome, inTrade));

    [Fact]
    public void The_term_ends_with_the_same_day_of_its_last_year() => Assert.Equal(new DateOnly(2029, 2, 28), Dossier.Until(new DateOnly(2028, 2, 29), 1));

    private static Refusal? Sign(DossierLot lot, NdaSignature given, SignedNda[] before, Refusal? conflict) => Dossier.Sign(lot, (Sha, 5), conflict, before, given).Refusal;

    private static Refusal? Read(DossierLot lot, bool demo, Refusal conflict) => Dossier.Read(lot, demo, conflict, null, bought: false);
}
