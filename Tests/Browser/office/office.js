/**
 * A double of the parts of Office.js that the add-in uses, written from the published reference: names, arguments,
 * requirement sets, errors and limits. It is no Outlook. It keeps a mail in memory, records each call with the set that
 * the reference demands for it, and notes as a violation whatever this client does not offer.
 *
 * `officeSetup` (written before this script by harness/outlook.py) says what client and what mail it is:
 *   sets      { Mailbox: '1.14', OpenBrowserWindowApi: '1.1' }   what isSetSupported answers
 *   language  'de-DE'         theme { isDarkTheme }
 *   mail      { subject, to, cc, bcc, type: 'html' | 'text', body, cursor, attachments, properties, session }
 *   roaming   {}              settings of the mailbox
 *   fails     { 'body.setAsync': { name, code, message, times } }   calls that fail, as the reference documents it
 *   rewrites  'word'          whether HTML is changed as the reference warns
 */
(function () {
  'use strict';

  const setup = self.officeSetup || {};
  const given = setup.mail || {};
  const state = {
    mail: {
      subject: given.subject || '', to: given.to || [], cc: given.cc || [], bcc: given.bcc || [],
      type: given.type || 'html', body: given.body !== undefined ? given.body : '', cursor: given.cursor,
      attachments: given.attachments || [], properties: given.properties || {}, session: given.session || {},
      notifications: {},
    },
    roaming: setup.roaming || {},
    savedRoaming: Object.assign({}, setup.roaming),
    fails: setup.fails || {},
    isClosed: false,
    calls: [],
    violations: [],
    pages: [],
    dialogs: [],
  };
  const handlers = {};
  const sets = Object.assign({ Mailbox: '1.15' }, setup.sets);

  /** 1.10 is newer than 1.9. */
  function reaches(version, wanted) {
    const [major, minor] = version.split('.').map(Number);
    const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
    return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  }

  function supports(set, version) {
    return sets[set] !== undefined && reaches(sets[set], version);
  }

  function violation(words) {
    state.violations.push(words);
  }

  /** The limit of three calls at a time holds for these. */
  const limited = /^(to|cc|bcc)\.getAsync$|^subject\.getAsync$|^body\.(getTypeAsync|setSelectedDataAsync)$|^removeAttachmentAsync$|CustomProperties|^roamingSettings\.saveAsync$/;
  let running = 0;

  /**
   * One asynchronous call: `work` gives the value or throws { name, code, message }.
   * @param {string} name @param {string} set @param {unknown} callback @param {() => any} work
   */
  function call(name, set, callback, work) {
    state.calls.push({ name, set });
    if (!supports('Mailbox', set)) {
      violation(`${name} needs Mailbox ${set}; this client has ${sets.Mailbox}`);
      throw new Error(`${name} is not supported`);
    }
    if (typeof callback !== 'function') violation(`${name} was called without a callback`);
    const isLimited = limited.test(name);
    if (isLimited) {
      running += 1;
      if (running > 3) violation(`${name} was the fourth call at a time`);
    }
    setTimeout(() => {
      let result;
      try {
        if (state.isClosed) throw { name: 'Internal Error', code: 5001, message: 'An internal error has occurred.' };
        const failure = state.fails[name];
        if (failure && (failure.times === undefined || failure.times > 0)) {
          if (failure.times !== undefined) failure.times -= 1;
          throw failure;
        }
        result = { status: 'succeeded', value: work(), error: undefined };
      } catch (error) {
        result = {
          status: 'failed', value: undefined,
          error: { name: error.name, code: error.code, message: error.message },
        };
      }
      if (isLimited) running -= 1;
      if (typeof callback === 'function') callback(result);
    }, 5);
  }

  /** Arguments of the form (…, options?, callback). */
  function optional(options, callback) {
    return typeof options === 'function' ? [{}, options] : [options || {}, callback];
  }

  function plain(html) {
    return html.replace(/<(br|\/p|\/div|\/tr)\b[^>]*>/gi, '\n').replace(/<[^>]*>/g, '').replace(/&nbsp;/g, '\u00a0')
      .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  }

  /** What the reference warns of: what is read is not what was written. */
  function rewritten(html) {
    if (setup.rewrites !== 'word') return html;
    return html.replace(/<table(?![^>]*MsoNormalTable)/gi, '<table class=MsoNormalTable')
      .replace(/<p>/g, '<p class=MsoNormal>').replace(/&nbsp;<\/p>/g, '<o:p>&nbsp;</o:p></p>').replace(/ border="0"/g, ' border=0');
  }

  function checkBody(data, coercion) {
    if (data.length > 1000000) throw { name: 'DataExceedsMaximumSize', code: 9009, message: 'The data is too long.' };
    if (coercion === 'html' && state.mail.type !== 'html') {
      throw { name: 'InvalidFormatError', code: 9008, message: 'The body is in plain text.' };
    }
  }

  const body = {
    getTypeAsync(options, callback) {
      [options, callback] = optional(options, callback);
      call('body.getTypeAsync', '1.1', callback, () => state.mail.type);
    },
    getAsync(coercion, options, callback) {
      [options, callback] = optional(options, callback);
      if (coercion !== 'html' && coercion !== 'text') violation(`body.getAsync with ${coercion}`);
      call('body.getAsync', '1.3', callback, () => (
        coercion === 'text' && state.mail.type === 'html' ? plain(state.mail.body) : state.mail.body));
    },
    setAsync(data, options, callback) {
      [options, callback] = optional(options, callback);
      call('body.setAsync', '1.3', callback, () => {
        checkBody(data, options.coercionType || 'text');
        state.mail.body = rewritten(data);
        state.mail.cursor = undefined;
      });
    },
    setSelectedDataAsync(data, options, callback) {
      [options, callback] = optional(options, callback);
      call('body.setSelectedDataAsync', '1.1', callback, () => {
        checkBody(data, options.coercionType || 'text');
        const whole = state.mail.body;
        const start = /<body[^>]*>/i.exec(whole);
        const at = state.mail.cursor !== undefined ? state.mail.cursor : start ? start.index + start[0].length : 0;
        state.mail.body = rewritten(whole.slice(0, at) + data + whole.slice(at));
      });
    },
  };

  function recipients(field) {
    return {
      getAsync(options, callback) {
        [options, callback] = optional(options, callback);
        call(`${field}.getAsync`, '1.1', callback, () => state.mail[field].map((one) => Object.assign({
          displayName: one.emailAddress, recipientType: 'externalUser', appointmentResponse: 'none' }, one)));
      },
    };
  }

  const properties = {
    get: (name) => state.mail.properties[name],
    set(name, value) {
      state.mail.properties = Object.assign({}, state.mail.properties, { [name]: String(value) });
    },
    remove(name) {
      const rest = Object.assign({}, state.mail.properties);
      delete rest[name];
      state.mail.properties = rest;
    },
    saveAsync(callback) {
      call('CustomProperties.saveAsync', '1.1', callback, () => {
        if (JSON.stringify(state.mail.properties).length > 2500) throw { name: 'DataExceedsMaximumSize', code: 9009, message: 'Too many properties.' };
      });
    },
  };

  const item = {
    itemType: 'message',
    body,
    to: recipients('to'),
    cc: recipients('cc'),
    bcc: recipients('bcc'),
    subject: {
      getAsync(options, callback) {
        [options, callback] = optional(options, callback);
        call('subject.getAsync', '1.1', callback, () => state.mail.subject);
      },
    },
    getAttachmentsAsync(options, callback) {
      [options, callback] = optional(options, callback);
      call('getAttachmentsAsync', '1.8', callback, () => state.mail.attachments.map((one) => ({
        id: one.id, name: one.name, size: one.size, attachmentType: one.attachmentType || 'file', isInline: one.isInline === true,
      })));
    },
    getAttachmentContentAsync(id, options, callback) {
      [options, callback] = optional(options, callback);
      call('getAttachmentContentAsync', '1.8', callback, () => {
        const found = state.mail.attachments.find((one) => one.id === id);
        if (!found) throw { name: 'InvalidAttachmentId', code: 9000, message: 'The attachment identifier does not exist.' };
        if (found.attachmentType === 'reference') throw { name: 'AttachmentTypeNotSupported', code: 9043, message: 'The attachment type is not supported.' };
        return { format: found.format || 'base64', content: found.content };
      });
    },
    removeAttachmentAsync(id, options, callback) {
      [options, callback] = optional(options, callback);
      call('removeAttachmentAsync', '1.1', callback, () => {
        const index = state.mail.attachments.findIndex((one) => one.id === id);
        if (index < 0) throw { name: 'InvalidAttachmentId', code: 9000, message: 'The attachment identifier does not exist.' };
        state.mail.attachments.splice(index, 1);
        setTimeout(() => fire('attachmentsChanged', { attachmentStatus: 'removed' }), 0);
      });
    },
    loadCustomPropertiesAsync(callback) {
      call('loadCustomPropertiesAsync', '1.1', callback, () => properties);
    },
    addHandlerAsync(type, handler, options, callback) {
      [options, callback] = optional(options, callback);
      const needed = { recipientsChanged: '1.7', attachmentsChanged: '1.8' }[type];
      if (!needed) violation(`addHandlerAsync for ${type}`);
      if (needed && !supports('Mailbox', needed)) violation(`the event ${type} needs Mailbox ${needed}`);
      call('addHandlerAsync', '1.7', callback, () => {
        handlers[type] = handler;
      });
    },
    sessionData: {
      getAsync(name, options, callback) {
        [options, callback] = optional(options, callback);
        call('sessionData.getAsync', '1.11', callback, () => {
          if (!(name in state.mail.session)) throw { name: 'KeyNotFound', code: 9042, message: 'The specified key was not found.' };
          return state.mail.session[name];
        });
      },
      setAsync(name, value, options, callback) {
        [options, callback] = optional(options, callback);
        call('sessionData.setAsync', '1.11', callback, () => {
          if (typeof value !== 'string') violation('sessionData takes text');
          state.mail.session[name] = value;
        });
      },
    },
    notificationMessages: {
      replaceAsync(key, details, options, callback) {
        [options, callback] = optional(options, callback);
        call('notificationMessages.replaceAsync', '1.3', callback, () => {
          if (key.length > 32) throw { name: 'ArgumentOutOfRange', code: 9003, message: 'key' };
          if (details.message.length > 150) throw { name: 'ArgumentOutOfRange', code: 9003, message: 'message' };
          state.mail.notifications[key] = details;
        });
      },
    },
  };

  function fire(type, details) {
    if (handlers[type]) handlers[type](Object.assign({ type }, details));
  }

  const roamingSettings = {
    get: (name) => state.roaming[name],
    set(name, value) {
      if (JSON.stringify(Object.assign({}, state.roaming, { [name]: value })).length > 32 * 1024) {
        throw { name: 'Size Limit Exceeded', code: 9057, message: 'A maximum of 32KB is available for the settings of each add-in.' };
      }
      state.roaming[name] = value;
    },
    remove(name) {
      delete state.roaming[name];
    },
    saveAsync(callback) {
      call('roamingSettings.saveAsync', '1.1', callback, () => {
        state.savedRoaming = Object.assign({}, state.roaming);
      });
    },
  };

  const ui = {
    displayDialogAsync(url, options, callback) {
      [options, callback] = optional(options, callback);
      call('ui.displayDialogAsync', '1.4', callback, () => {
        if (new URL(url).origin !== self.location.origin) throw { code: 12004, message: 'The domain is not trusted.' };
        // An installation under test has no https; elsewhere the reference demands it.
        if (!url.startsWith('https:') && !/^http:\/\/127\.0\.0\.1[:/]/.test(url)) throw { code: 12005, message: 'HTTPS is required.' };
        if (state.dialogs.some((one) => one.isOpen)) throw { code: 12007, message: 'A dialog box is already opened.' };
        const dialog = { url, isOpen: true };
        state.dialogs.push(dialog);
        return {
          addEventHandler(type, handler) {
            handlers[type] = handler;
          },
          close() {
            dialog.isOpen = false;
          },
        };
      });
    },
    openBrowserWindow(url) {
      state.calls.push({ name: 'ui.openBrowserWindow', set: 'OpenBrowserWindowApi 1.1' });
      if (!supports('OpenBrowserWindowApi', '1.1')) violation('openBrowserWindow is not offered by this client');
      state.pages.push(url);
    },
  };

  const context = {
    displayLanguage: setup.language || 'de-DE',
    requirements: {
      isSetSupported(set, version) {
        return supports(set, version === undefined ? '1.1' : String(version));
      },
    },
    mailbox: {
      get item() {
        return state.isClosed === 'gone' ? null : item;
      },
      addHandlerAsync(type, handler, options, callback) {
        [options, callback] = optional(options, callback);
        call('mailbox.addHandlerAsync', '1.5', callback, () => {
          handlers[type] = handler;
        });
      },
    },
    roamingSettings,
    ui,
    get officeTheme() {
      if (!supports('Mailbox', '1.14')) violation('officeTheme needs Mailbox 1.14');
      return setup.theme;
    },
  };

  self.Office = {
    context,
    CoercionType: { Html: 'html', Text: 'text' },
    AsyncResultStatus: { Succeeded: 'succeeded', Failed: 'failed' },
    EventType: {
      RecipientsChanged: 'recipientsChanged', AttachmentsChanged: 'attachmentsChanged',
      DialogEventReceived: 'dialogEventReceived', DialogMessageReceived: 'dialogMessageReceived', DragAndDropEvent: 'dragAndDropEvent',
    },
    MailboxEnums: {
      AttachmentType: { File: 'file', Item: 'item', Cloud: 'cloud', Base64: 'base64' },
      AttachmentContentFormat: { Base64: 'base64', Url: 'url', Eml: 'eml', ICalendar: 'iCalendar' },
      RecipientType: { DistributionList: 'distributionList', User: 'user', ExternalUser: 'externalUser', Other: 'other' },
      ItemNotificationMessageType: { ErrorMessage: 'errorMessage' },
      SendModeOverride: { PromptUser: 'promptUser' },
    },
    onReady(work) {
      const ready = Promise.resolve({ host: 'Outlook', platform: 'OfficeOnline' });
      return typeof work === 'function' ? ready.then(work) : ready;
    },
    actions: supports('Mailbox', '1.10') ? {
      associate(name, work) {
        actions[name] = work;
      },
    } : undefined,
  };
  const actions = {};
  if (self.history) {
    // The library takes these two away, as its reference tells; a script that needs them must know.
    self.history.replaceState = null;
    self.history.pushState = null;
  }

  self.officeDouble = {
    state,
    fire,
    actions,
    /** The mail client's side of an event: what the handler answers. */
    raise(work) {
      return new Promise((done) => {
        work({
          completed(options) {
            const answer = options || {};
            if (answer.errorMessage !== undefined && answer.errorMessage.length > 500) violation('errorMessage has more than 500 characters');
            if (answer.cancelLabel !== undefined && answer.cancelLabel.length > 20) violation('cancelLabel has more than 20 characters');
            for (const name of ['cancelLabel', 'commandId', 'contextData', 'sendModeOverride']) {
              if (answer[name] !== undefined && !supports('Mailbox', '1.14')) violation(`${name} needs Mailbox 1.14`);
            }
            done(answer);
          },
        });
      });
    },
  };
}());
