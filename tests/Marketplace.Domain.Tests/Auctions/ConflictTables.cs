using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>回避 as a table: who stands where, what was declared, and what follows.</summary>
public sealed class ConflictTables
{
    private static readonly DateTimeOffset Announced = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid Applicant = Id("applicant"), Seller = Id("seller"), Market = Id("market");

    // Persons by name; "O S G R" are owner, staff, signatory, researcher. Ties: who>whom@hours after the announcement.
    [Theory]
    [InlineData("lin:O lin:G", "gu:O shen:R", "fang:O", "", "None", null)]
    [InlineData("lin:O gu:S", "gu:O", "fang:O", "", "None", Refusal.SharesPersonWithSeller)]
    [InlineData("lin:O gu:R", "gu:G", "fang:O", "", "None", Refusal.SharesPersonWithSeller)]
    [InlineData("lin:O fang:S", "gu:O", "fang:O", "", "None", Refusal.SharesPersonWithMarket)]
    [InlineData("lin:O fang:R", "gu:O", "fang:R", "", "None", Refusal.SharesPersonWithMarket)]
    [InlineData("lin:O shen:S", "gu:O shen:R", "fang:O", "", "None", Refusal.InventorNotDeclared)]
    [InlineData("lin:O shen:S", "gu:O shen:R", "fang:O", "", "Inventor", null)]
    [InlineData("lin:O shen:S", "shen:O shen:R", "fang:O", "", "Inventor", Refusal.SharesPersonWithSeller)]
    [InlineData("lin:O", "gu:O", "fang:O", "applicant>seller@5", "None", Refusal.RelatedToSeller)]
    [InlineData("lin:O", "gu:O", "fang:O", "applicant>market@5", "None", Refusal.RelatedToMarket)]
    [InlineData("lin:O", "gu:O", "fang:O", "seller>applicant@-5", "None", Refusal.RelatedToSeller)]
    [InlineData("lin:O", "gu:O", "fang:O", "market>applicant@-5", "None", Refusal.RelatedToMarket)]
    [InlineData("lin:O", "gu:O", "fang:O", "seller>applicant@5", "None", null)]
    [InlineData("lin:O", "gu:O", "fang:O", "seller>applicant@0", "None", null)]
    [InlineData("lin:O", "gu:O", "fang:O", "applicant>stranger@-5 stranger>seller@-5", "None", null)]
    public void Who_may_not_bid(string applicant, string seller, string market, string ties, string interest, Refusal? expected) =>
        Assert.Equal(expected, Conflict.Of(Parties(applicant, seller, market, ties, interest, Applicant), declared: true));

    [Fact]
    public void The_seller_is_told_so_first_and_a_declaration_is_asked_for_only_where_it_is_made()
    {
        Assert.Equal(Refusal.SellerMayNotBid, Conflict.Of(Parties("gu:O", "gu:O", "gu:O", "", "None", Seller), declared: true));
        Assert.Null(Conflict.Of(Parties("lin:O shen:S", "gu:O shen:R", "fang:O", "", "None", Applicant), declared: false));
    }

    private static Parties Parties(string applicant, string seller, string market, string ties, string interest, Guid who) => new(
        who, Officers(applicant), Seller, Officers(seller), [Market], Officers(market),
        [.. ties.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(tie => tie.Split('>', '@')).Select(t => new DeclaredTie(Id(t[0]), Id(t[1]), Announced.AddHours(int.Parse(t[2]))))],
        Announced, Enum.Parse<Interest>(interest));

    private static List<Officer> Officers(string people) =>
    [
        .. people.Split(' ').Select(p => p.Split(':')).Select(p => new Officer(Id(p[0]), p[1] switch
        {
            "O" => MemberRole.Owner,
            "S" => MemberRole.Staff,
            "G" => MemberRole.Signatory,
            _ => MemberRole.Researcher,
        })),
    ];

    private static Guid Id(string name) => name switch
    {
        "applicant" => new Guid(1, 0, 0, new byte[8]),
        "seller" => new Guid(2, 0, 0, new byte[8]),
        "market" => new Guid(3, 0, 0, new byte[8]),
        _ => new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name))[..16]),
    };
}
