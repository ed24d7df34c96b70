using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>答疑: who may ask, answer and withdraw, and until when.</summary>
public sealed class QuestionTables
{
    private static readonly DateTimeOffset Opens = new(2026, 12, 8, 2, 0, 0, TimeSpan.Zero);
    private static readonly Guid Seller = new("00000000-0000-0000-0000-0000000000aa");
    private static readonly Guid Asker = new("00000000-0000-0000-0000-0000000000bb");

    // hours before the opening, then what asking, answering and an addendum come to
    [Theory]
    [InlineData(200.0, null, null, null)]
    [InlineData(24.0001, null, null, null)]
    [InlineData(24.0, Refusal.QuestionsClosed, null, null)]
    [InlineData(1.0, Refusal.QuestionsClosed, null, null)]
    [InlineData(0.0, Refusal.QuestionsClosed, Refusal.AnswersClosed, Refusal.AnswersClosed)]
    [InlineData(-1.0, Refusal.QuestionsClosed, Refusal.AnswersClosed, Refusal.AnswersClosed)]
    public void Questions_close_a_day_before_the_opening_and_answers_at_the_opening(double hours, Refusal? ask, Refusal? answer, Refusal? add)
    {
        var now = Opens.AddHours(-hours);
        Assert.Equal(ask, Questions.Ask(Lot(), Asker, false, "?", 0, now).Refusal);
        Assert.Equal(answer, Questions.Answer(Lot(), new AskedQuestion(false, false), "!", now).Refusal);
        Assert.Equal(add, Questions.Add(Lot(), "!", now).Refusal);
    }

    [Theory]
    [InlineData(16, null)]
    [InlineData(15, Refusal.QuestionsClosed)]
    public void A_demonstration_closes_them_some_seconds_before(int seconds, Refusal? ask) =>
        Assert.Equal(ask, Questions.Ask(Lot() with { Demo = true }, Asker, true, "?", 0, Opens.AddSeconds(-seconds)).Refusal);

    // Each line breaks everything from its own refusal on; the first broken rule is named.
    [Fact]
    public void Refusals_of_a_question_come_in_their_order()
    {
        var (late, tooLong) = (Opens, new string('问', Questions.MostQuestion + 1));
        Assert.Equal(Refusal.LotNotAnnounced, Questions.Ask(Lot() with { Announced = false }, Seller, true, "", 99, late).Refusal);
        Assert.Equal(Refusal.DemoMeetsReal, Questions.Ask(Lot(), Seller, true, "", 99, late).Refusal);
        Assert.Equal(Refusal.SellerMayNotAsk, Questions.Ask(Lot(), Seller, false, "", 99, late).Refusal);
        Assert.Equal(Refusal.QuestionsClosed, Questions.Ask(Lot(), Asker, false, "", 99, late).Refusal);
        var early = Opens.AddDays(-3);
        Assert.Equal(Refusal.Required, Questions.Ask(Lot(), Asker, false, " \n", 99, early).Refusal);
        Assert.Equal(Refusal.TooLong, Questions.Ask(Lot(), Asker, false, tooLong, 99, early).Refusal);
        Assert.Equal(Refusal.TextNotAllowed, Questions.Ask(Lot(), Asker, false, "a\0b", 99, early).Refusal);
        Assert.Equal(Refusal.TooManyQuestions, Questions.Ask(Lot(), Asker, false, "?", Questions.MostWaiting, early).Refusal);
        Assert.Equal("?", Questions.Ask(Lot(), Asker, false, "?", Questions.MostWaiting - 1, early).Value);
    }

    [Theory]
    [InlineData(false, false, "!", null)]
    [InlineData(true, false, "!", Refusal.QuestionAnswered)]
    [InlineData(false, true, "!", Refusal.QuestionWithdrawn)]
    [InlineData(true, true, "!", Refusal.QuestionWithdrawn)]
    [InlineData(false, false, "", Refusal.Required)]
    public void An_answer_is_given_once_and_never_changed(bool answered, bool withdrawn, string text, Refusal? refusal) =>
        Assert.Equal(refusal, Questions.Answer(Lot(), new AskedQuestion(answered, withdrawn), text, Opens.AddDays(-1)).Refusal);

    [Theory]
    [InlineData(false, false, "含有联系方式", null)]
    [InlineData(true, false, "含有联系方式", null)]
    [InlineData(true, true, "含有联系方式", Refusal.QuestionWithdrawn)]
    [InlineData(true, false, " ", Refusal.Required)]
    public void Withdrawing_needs_a_reason_and_happens_once(bool answered, bool withdrawn, string reason, Refusal? refusal) =>
        Assert.Equal(refusal, Questions.Withdraw(new AskedQuestion(answered, withdrawn), reason).Refusal);

    private static AskedLot Lot() => new(Announced: true, Seller, Demo: false, Opens, Opened: false);
}
