using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>What everybody may know of who bought.</summary>
public sealed class PublicBuyerTests
{
    private const string Name = "北仑新能源有限公司";

    [Theory]
    [InlineData(null, 7, false)] // while it runs, and while holders may still match
    [InlineData("sold", null, false)]
    [InlineData("unsold", 7, false)]
    [InlineData("cancelled", 7, false)]
    [InlineData("void", 7, false)]
    [InlineData("defaulted", 7, false)]
    [InlineData("refused", 7, false)]
    [InlineData("sold", 7, true)] // a rehearsal's result is none
    public void Without_a_sale_that_stands_nobody_is_named(string? outcome, int? winner, bool rehearsal) =>
        Assert.Null(PublicBuyer.Of(outcome, winner, rehearsal, confidential: false, Name, Interest.Inventor, "陈某某"));

    [Theory]
    [InlineData(false, Interest.None, null, Name, false, null)]
    [InlineData(false, Interest.Inventor, "陈某某", Name, true, "陈某某")]
    [InlineData(false, Interest.Inventor, null, Name, true, null)]
    [InlineData(true, Interest.None, null, null, false, null)]
    [InlineData(true, Interest.Inventor, "陈某某", null, true, null)] // whoever is known would lead to the buyer
    public void The_name_and_the_declared_interest_are_public_unless_confidentiality_was_agreed(
        bool confidential, Interest interest, string? declaredOf, string? name, bool declared, string? of)
    {
        var buyer = PublicBuyer.Of("sold", 7, rehearsal: false, confidential, Name, interest, declaredOf)!;
        Assert.Equal((7, name, confidential, declared, of), (buyer.Paddle, buyer.Name, buyer.Confidential, buyer.Interest is not null, buyer.Interest?.Of));
    }
}
