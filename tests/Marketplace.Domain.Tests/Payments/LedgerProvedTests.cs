using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>The published line of a proof, byte for byte. A line here is never edited; a new shape adds one.</summary>
public sealed class LedgerProvedTests
{
    private const string Golden =
        """{"v":1,"type":"ledger-proved","prev":"0000000000000000000000000000000000000000000000000000000000000000","at":"2026-11-29T17:00:00.000000Z","book":"custodian","id":"2026-11-30","head":"5f","debitsFen":1070,"creditsFen":1070,"postedFen":{"deposit":1000,"custodian-bank":-1070,"suspense":70,"settlement":0},"checks":{"chain":true,"debits-equal-credits":true,"balances-follow":true,"reservations-paired":true,"nothing-negative":true,"bank-agrees":true,"tables-agree":false}}""";

    private const string WithEscrow =
        """{"v":2,"type":"ledger-proved","prev":"0000000000000000000000000000000000000000000000000000000000000000","at":"2026-11-30T17:00:00.000000Z","book":"custodian","id":"2026-12-01","head":"5f","debitsFen":1370,"creditsFen":1370,"postedFen":{"deposit":700,"custodian-bank":-1070,"suspense":70,"escrow":300},"checks":{"chain":true,"debits-equal-credits":true,"balances-follow":true,"reservations-paired":true,"nothing-negative":true,"bank-agrees":true,"tables-agree":true,"escrow-follows":true}}""";

    [Theory]
    [InlineData(Golden)]
    [InlineData(WithEscrow)]
    public void A_line_of_any_time_is_read_and_written_back_byte_for_byte(string text)
    {
        var line = LedgerProved.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(text, Encoding.UTF8.GetString(FactLine.Write(line.Fact, line.Version, FactLine.Genesis, line.At).Bytes));
    }

    [Fact]
    public void The_line_says_what_was_found()
    {
        var line = LedgerProved.Read(Encoding.UTF8.GetBytes(Golden));
        var proof = (LedgerProved)line.Fact;
        Assert.False(proof.Holds);
        Assert.Equal([BookCheck.TablesAgree], proof.Failed);
        Assert.Equal(0, proof.Totals.Sum(t => t.PostedFen));
    }

    [Theory]
    [InlineData("ledger-proved", "ledger-doubted")]
    [InlineData("tables-agree", "tables-differ")]
    [InlineData("suspense", "elsewhere")]
    public void What_nobody_wrote_is_a_fault(string word, string other) =>
        Assert.Throws<FormatException>(() => LedgerProved.Read(Encoding.UTF8.GetBytes(Golden.Replace(word, other, StringComparison.Ordinal))));

    [Fact]
    public void Who_is_given_the_random_value_can_check_which_line_it_was()
    {
        var (nonce, line) = (new string('1', 64), new string('2', 64));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(nonce + line))), LedgerProved.Commit(nonce, line));
    }

    [Fact]
    public void Every_check_and_every_purpose_has_a_name_of_its_own()
    {
        Assert.All(Trials.All, check => Assert.Equal(check, Trials.ReadCheck(Trials.NameOf(check))));
        Assert.All(Enum.GetValues<Purpose>(), purpose => Assert.Equal(purpose, Trials.ReadPurpose(Trials.NameOf(purpose))));
    }
}
