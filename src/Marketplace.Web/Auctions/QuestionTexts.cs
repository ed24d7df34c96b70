namespace Marketplace.Auctions;

/// <summary>Texts of 答疑.</summary>
public sealed class QuestionTexts;
