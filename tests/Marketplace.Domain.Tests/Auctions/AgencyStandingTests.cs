using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

public sealed class AgencyStandingTests
{
    [Theory]
    [InlineData(true, false, false, null, null)]
    [InlineData(false, true, true, Refusal.RelatedToSeller, Refusal.AgencyNotMandated)]
    [InlineData(true, true, false, null, Refusal.AgencyNotFree)]
    [InlineData(true, false, true, null, Refusal.AgencyNotFree)]
    [InlineData(true, false, false, Refusal.SharesPersonWithSeller, Refusal.AgencyNotFree)]
    public void It_is_refused_for_the_mandate_first_and_else_without_saying_why(bool mandated, bool seller, bool another, Refusal? conflict, Refusal? expected) =>
        Assert.Equal(expected, new AgencyStanding(mandated, seller, another, conflict).Fault);
}
