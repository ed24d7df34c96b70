using System.Collections.Frozen;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>
/// Passwords by NIST SP 800-63B: length counts, no composition rules, no expiry; refused is what is common, what is a
/// plain pattern, and what an attacker knows anyway about this account.
/// </summary>
public static class Passwords
{
    public const int Least = 10;

    /// <summary>Longer than any sentence, short enough that hashing it is no attack.</summary>
    public const int Most = 200;

    /// <summary>Passwords of ten and more characters that lead the lists of leaked ones, here and abroad, in lower case.</summary>
    private static readonly FrozenSet<string> Common = (
        "1234567890 12345678910 123456789a a123456789 123456789q q123456789 0123456789 9876543210 0987654321 1234567891 " +
        "qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx3edc 1qazxsw23edc zaq12wsxcde3 " +
        "qazwsxedcrfv qazwsxedc123 asdfghjkl123 asdfghjkl1 zxcvbnm123 zxcvbnm1234 asdfasdfasdf asdfghjkl; qweasdzxc123 qweasdzxc1 qweqweqwe1 123qweasdzxc " +
        "password12 password123 password1234 password12345 passw0rd123 p@ssw0rd123 p@ssw0rd1234 p@ssword123 pa$$word123 mypassword password!! password123! " +
        "administrator admin12345 admin123456 admin@1234 admin123456789 administrador root123456 welcome123 welcome1234 welcome2024 welcome2025 welcome2026 letmein123 letmein1234 " +
        "iloveyou123 iloveyou12 iloveyou1314 ilovemyself woaini1314 woaini1314520 woaini520 woaini5201314 woaini123456 5201314520 5201314woaini 1314520123 aini1314520 " +
        "a1234567890 aa123456789 aaa123456789 abc1234567 abc123456789 abcd123456 abcd1234567 abcde12345 abcdef12345 abcdefg123 abcdefg1234567 abcdefghij 1234abcd1234 " +
        "asd123456789 zxc123456789 qwe123456789 wang123456 wang123456789 zhang123456 zhang123456789 li123456789 chen123456 chen123456789 liu123456789 yang123456 zhao123456 huang123456 lin123456789 " +
        "woshishui123 woshinibaba nihao123456 nihao12345 caonima123 taobao1234 alibaba123 zhongguo123 zhejiang123 hangzhou123 china123456 beijing2008 shanghai123 " +
        "1111111111 0000000000 1122334455 11223344556677 1212121212 1231231231 123123123123 123321123321 1472583690 147258369a 1597534682 7894561230 789456123a 3141592653 31415926535 13579246810 2468101214 " +
        "changeme123 changeme1234 changeit123 default123 secret1234 superman123 sunshine123 football123 baseball123 princess123 computer123 internet123 samsung123 liverpool1 manchester michelle123 " +
        "qwertyuiop[] qwer123456 qwer12345678 qwer1234asdf asdf123456 asdf1234567 zxcv123456 zaq1zaq1zaq1 !qaz2wsx3edc 1qaz@wsx3edc 1qaz!qaz1qaz 1q2w3e4r5t! test123456 test1234567 testtest123 guest12345 user123456 " +
        "starwars123 pokemon123 dragon12345 monkey12345 master12345 shadow12345 trustno1trustno1 correcthorsebatterystaple")
        .Split(' ').Append("correct horse battery staple").ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Null when the password may be used.</summary>
    /// <param name="known">What anybody may know of the account: e-mail, person's name, organisation's name.</param>
    public static Refusal? Check(string? password, params ReadOnlySpan<string?> known)
    {
        if (string.IsNullOrEmpty(password)) return Refusal.Required;
        if (!Text.IsStorable(password)) return Refusal.TextNotAllowed;
        if (password.Length < Least) return Refusal.PasswordTooShort;
        if (password.Length > Most) return Refusal.TooLong;
        var plain = password.ToLowerInvariant();
        if (Common.Contains(plain) || IsPattern(plain)) return Refusal.PasswordTooCommon;
        foreach (var word in known)
        {
            if (word is not null && IsMadeOf(plain, word.Trim().ToLowerInvariant())) return Refusal.PasswordTooCommon;
        }

        return IsMadeOf(plain, "marketplace") || IsMadeOf(plain, "technology market") ? Refusal.PasswordTooCommon : null;
    }

    /// <summary>One or two characters only, a short piece repeated, or a run up or down the alphabet.</summary>
    private static bool IsPattern(string text)
    {
        for (var piece = 1; piece <= 3; piece++)
        {
            if (Repeats(text, piece)) return true;
        }

        if (text.Distinct().Count() <= 2) return true;
        var (up, down) = (true, true);
        for (var i = 1; i < text.Length; i++)
        {
            up &= text[i] == text[i - 1] + 1;
            down &= text[i] == text[i - 1] - 1;
        }

        return up || down;
    }

    private static bool Repeats(string text, int piece)
    {
        for (var i = piece; i < text.Length; i++)
        {
            if (text[i] != text[i - piece]) return false;
        }

        return true;
    }

    /// <summary>The word itself, or the part before its @, with at most four digits or marks around it.</summary>
    private static bool IsMadeOf(string password, string word)
    {
        var at = word.IndexOf('@', StringComparison.Ordinal);
        return Around(password, word) || (at > 0 && Around(password, word[..at]));

        static bool Around(string password, string word)
        {
            if (word.Length < 4) return false;
            var start = password.IndexOf(word, StringComparison.Ordinal);
            if (start < 0 || password.Length - word.Length > 4) return false;
            return !password.Remove(start, word.Length).Any(char.IsLetter);
        }
    }
}
