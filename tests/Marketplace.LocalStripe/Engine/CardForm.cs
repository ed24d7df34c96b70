namespace Marketplace.StandIns.Engine;

/// <summary>What a page needs of Stripe.js to take a card: a field in place of Stripe's frame, and Stripe's test numbers.</summary>
internal static class CardForm
{
    /// <summary>The test numbers that Stripe publishes, as the methods of test mode.</summary>
    public const string Script =
        """
        (() => {
          'use strict';
          const cards = {
            '4242424242424242': 'pm_card_visa',
            '5555555555554444': 'pm_card_mastercard',
            '4000000000000002': 'pm_card_chargeDeclined',
            '4000000000009995': 'pm_card_chargeDeclinedInsufficientFunds',
            '4000002760003184': 'pm_card_authenticationRequired',
            '4000000000000259': 'pm_card_createDispute',
            '4000000000007726': 'pm_card_pendingRefund',
            '4000000000005126': 'pm_card_refundFail',
          };
          const texts = {
            en: { number: 'Card number', incomplete: 'Your card number is incomplete.', invalid: 'Your card number is invalid.' },
            zh: { number: '卡号', incomplete: '您的卡号不完整。', invalid: '您的卡号无效。' },
          };
          const refuse = (message) => ({ error: { type: 'validation_error', message } });
          window.Stripe = (key, settings = {}) => {
            if (!/^pk_test_/.test(key)) throw new Error('Invalid API key');
            // As Stripe does: 'auto' and no locale are the browser's, one that it does not speak is English.
            const locale = settings.locale && settings.locale !== 'auto' ? settings.locale : navigator.language;
            const text = texts[locale.split('-')[0]] ?? texts.en;
            let field = null;
            const told = {};
            return {
              elements: (options) => {
                if (options.mode !== 'payment' || options.paymentMethodCreation !== 'manual' || !(options.amount > 0) || options.currency !== 'cny') throw new Error('The options do not fit.');
                return {
                  create: () => ({
                    on: (event, then) => { told[event] = then; },
                    mount: (node) => {
                      field = document.createElement('input');
                      field.className = 'input';
                      field.inputMode = 'numeric';
                      field.autocomplete = 'off';
                      field.lang = text === texts.zh ? 'zh-CN' : 'en';
                      field.setAttribute('aria-label', text.number);
                      field.placeholder = '1234 1234 1234 1234';
                      node.append(field);
                      queueMicrotask(() => told.ready?.());
                    },
                  }),
                  submit: async () => (field.value.trim() === '' ? refuse(text.incomplete) : {}),
                };
              },
              createPaymentMethod: async () => {
                const id = cards[field.value.replace(/\s/g, '')];
                return id ? { paymentMethod: { id, type: 'card' } } : refuse(text.invalid);
              },
            };
          };
        })();
        """;
}
