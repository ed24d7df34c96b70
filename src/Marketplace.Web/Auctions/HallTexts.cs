namespace Marketplace.Auctions;

/// <summary>Texts of 拍卖 in a hall: console, check-in, hall screen, room.</summary>
public sealed class HallTexts;
