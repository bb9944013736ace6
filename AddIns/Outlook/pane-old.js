/* Only a browser that knows no modules runs this: Outlook 2016 and 2019 with the old web view. */
document.getElementById('starting').style.display = 'none';
document.getElementById('too-old').removeAttribute('hidden');
