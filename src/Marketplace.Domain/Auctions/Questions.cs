using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A lot as the rules of its questions see it.</summary>
/// <param name="Opened">Bidding has begun once. A restart after a pause, at another moment, opens no question again.</param>
public sealed record AskedLot(bool Announced, Guid Seller, bool Demo, DateTimeOffset? OpensAt, bool Opened);

/// <summary>A question, or an addendum when nobody asked.</summary>
/// <param name="Answered">It is public; its words never change again.</param>
public sealed record AskedQuestion(bool Answered, bool Withdrawn);

/// <summary>
/// 答疑 (domain.md §4): whoever is verified asks, the seller answers to all at once, and nobody is told who asked. An
/// answer is never changed; what must be corrected is said in an addendum. Nothing is deleted.
/// </summary>
public static class Questions
{
    public const int MostQuestion = 1000;
    public const int MostAnswer = 4000;
    public const int MostReason = 500;

    /// <summary>Questions of one organisation about one lot that wait for their answer.</summary>
    public const int MostWaiting = 10;

    /// <summary>Questions close this long before the opening, so that every answer can still be read before it.</summary>
    public static TimeSpan ClosesBefore(bool demo) => demo ? TimeSpan.FromSeconds(15) : TimeSpan.FromHours(24);

    public static DateTimeOffset AskUntil(DateTimeOffset opensAt, bool demo) => opensAt - ClosesBefore(demo);

    /// <summary>Order of refusals: LotNotAnnounced, DemoMeetsReal, SellerMayNotAsk, QuestionsClosed, those of the text, TooManyQuestions.</summary>
    /// <param name="waiting">Unanswered questions of the same organisation about this lot.</param>
    public static Result<string> Ask(AskedLot lot, Guid organisation, bool demo, string? text, int waiting, DateTimeOffset now)
    {
        if (lot is not { Announced: true, OpensAt: { } opens }) return Refusal.LotNotAnnounced;
        if (lot.Demo != demo) return Refusal.DemoMeetsReal;
        if (lot.Seller == organisation) return Refusal.SellerMayNotAsk;
        if (lot.Opened || now >= AskUntil(opens, lot.Demo)) return Refusal.QuestionsClosed;
        var said = Text.Require(text, MostQuestion, "question");
        return said.Done && waiting >= MostWaiting ? Refusal.TooManyQuestions : said;
    }

    /// <summary>Order of refusals: LotNotAnnounced, AnswersClosed, QuestionWithdrawn, QuestionAnswered, those of the text.</summary>
    public static Result<string> Answer(AskedLot lot, AskedQuestion question, string? text, DateTimeOffset now)
    {
        if (lot is not { Announced: true, OpensAt: { } opens }) return Refusal.LotNotAnnounced;
        if (lot.Opened || now >= opens) return Refusal.AnswersClosed;
        if (question.Withdrawn) return Refusal.QuestionWithdrawn;
        if (question.Answered) return Refusal.QuestionAnswered;
        return Text.Require(text, MostAnswer, "answer");
    }

    /// <summary>补充说明: an answer without a question. Order of refusals: LotNotAnnounced, AnswersClosed, those of the text.</summary>
    public static Result<string> Add(AskedLot lot, string? text, DateTimeOffset now)
    {
        if (lot is not { Announced: true, OpensAt: { } opens }) return Refusal.LotNotAnnounced;
        if (lot.Opened || now >= opens) return Refusal.AnswersClosed;
        return Text.Require(text, MostAnswer, "addendum");
    }

    /// <summary>At any time, with a reason that stands in the place of the words. Order of refusals: QuestionWithdrawn, those of the reason.</summary>
    public static Result<string> Withdraw(AskedQuestion question, string? reason) =>
        question.Withdrawn ? Refusal.QuestionWithdrawn : Text.Require(reason, MostReason, "reason");
}
